"""The screens on which a version of a form is drawn, tried, compared and put into force."""
