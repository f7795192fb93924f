"""The one way in which a rule says no to a person who has the right to ask."""


class Refused(Exception):
    """A rule, the content or a colleague says no.

    `code` is stable and meant for machines; `message` is a whole sentence for the person who asked; `details` are
    further plain facts (who moved it, the value that stands) for a screen or a program to show.
    """

    def __init__(self, code: str, message: str, **details: object) -> None:
        super().__init__(message)
        self.code = code
        self.message = str(message)
        self.details = details
