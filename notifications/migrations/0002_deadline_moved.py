from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("notifications", "0001_initial")]

    operations = [
        migrations.AlterField(
            model_name="notice",
            name="rung",
            field=models.SmallIntegerField(null=True, verbose_name="working days from the deadline"),
        ),
    ]
