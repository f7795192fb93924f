"""`manage.py appoint`: give a person a role from the command line, such as the first administrator's."""

import sys
from argparse import ArgumentParser
from getpass import getpass

from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError
from django.db import transaction
from django.db.backends.postgresql.psycopg_any import DateTimeTZRange

from accounts import clock
from accounts.actions import appointing
from accounts.models import Unit, User
from accounts.roles import Role


class Command(BaseCommand):
    help = "Appoints a person from now on, and enters them where they are new, with a password that it asks for."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("username", help="the name the person signs in with")
        parser.add_argument("role", help=f"one of: {', '.join(Role)}")
        parser.add_argument("unit", metavar="unit_code", help="the code of a unit in force today, such as STTTT")
        parser.add_argument("--full-name", default="", help="of a new person")
        parser.add_argument("--email", default="", help="of a new person")
        parser.add_argument("--password-stdin", action="store_true", help="read a new person's password from the input")

    @transaction.atomic
    def handle(self, **options: str) -> None:
        at = clock.now()
        try:
            role = Role(options["role"])
        except ValueError:
            raise CommandError(f"There is no role {options['role']!r}; the roles are {', '.join(Role)}.") from None
        unit = Unit.objects.in_force(at.date()).filter(code__iexact=options["unit"]).first()
        if unit is None:
            raise CommandError(
                f"No unit has the code {options['unit']!r} on {at:%d/%m/%Y}; `manage.py seed` loads them."
            )
        user = User.objects.filter(username__iexact=options["username"]).first() or self._new_person(options)
        try:
            appointing.appoint(user, unit, role, DateTimeTZRange(at, None), by=None, at=at)
        except ValidationError as error:
            raise CommandError(" ".join(error.messages)) from error
        self.stdout.write(f"{user.full_name} ({user.username}) is {role} of {unit} from now on.")

    def _new_person(self, options: dict[str, str]) -> User:
        if not options["full_name"]:
            raise CommandError(f"{options['username']} is new: give the person's name by --full-name.")
        user = User(username=options["username"], full_name=options["full_name"], email=options["email"])
        password = self._password(piped=bool(options["password_stdin"]))
        try:
            user.set_password(password)
            user.full_clean()
            validate_password(password, user)
        except ValidationError as error:
            raise CommandError(" ".join(error.messages)) from error
        user.save()
        return user

    def _password(self, *, piped: bool) -> str:
        if piped:
            return sys.stdin.readline().rstrip("\r\n")
        password = getpass("Password: ")
        if password != getpass("Password once more: "):
            raise CommandError("The two passwords are not the same; nothing was entered.")
        return password
