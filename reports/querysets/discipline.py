"""Questions about lapses."""

from datetime import datetime
from typing import TYPE_CHECKING, Self

from django.db import models
from django.db.models import Q

from accounts.roles import Role
from reports.querysets import OWNERS_READERS, owned, units_of

if TYPE_CHECKING:
    from accounts.models import User
    from reports.models import Lapse


class LapseQuerySet(models.QuerySet["Lapse"]):
    """Lapses by who may read them."""

    def visible_to(self, user: "User", at: datetime) -> Self:
        """Those of units one is appointed in or above, those of forms that one's unit owns, all for inspectors."""
        posts = user.posts(at)
        if any(post.role == Role.INSPECTOR for post in posts):
            return self
        readable = Q(unit__path__overlap=[post.unit_id for post in posts])
        owners = units_of(posts, *OWNERS_READERS)
        return self.filter(readable | owned(owners, at, "report__form") if owners else readable)
