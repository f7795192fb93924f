"""How passwords are kept: Argon2id at a cost that a whole city signing in on deadline day can bear."""

from django.contrib.auth.hashers import Argon2PasswordHasher


class OfficeArgon2(Argon2PasswordHasher):
    """19 MiB, two passes, one lane (OWASP's figures): about 24 ms a sign-in."""

    memory_cost = 19 * 1024
    time_cost = 2
    parallelism = 1
