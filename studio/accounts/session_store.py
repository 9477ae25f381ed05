"""Sessions in the database alone, so that one that was ended is over for every process at once.

That costs a question for each request; so whose session it is comes with the same one.
"""

from django.contrib.sessions.backends import db
from django.contrib.sessions.models import Session
from django.db.models import OuterRef, Subquery
from django.utils import timezone

from ..models import User


class SessionStore(db.SessionStore):
    """Django's, and the person who was loaded with it."""

    def __init__(self, session_key: str | None = None) -> None:
        super().__init__(session_key)
        self._person: User | None = None

    def take_person(self, pk: int) -> User | None:
        """Whom the session was loaded with, once; None where that was not this person."""
        person, self._person = self._person, None
        return person if person is not None and person.pk == pk else None

    def _get_session_from_db(self) -> Session | None:
        """allauth's list says whose it is. What it does not know, such as a visitor's, is looked up as Django does."""
        live = Session.objects.filter(session_key=OuterRef("usersession__session_key"), expire_date__gt=timezone.now())
        people = User.objects.filter(usersession__session_key=self.session_key).annotate(
            session_data=Subquery(live.values("session_data"))
        )
        person = people.first() if self.session_key else None
        if person is None:
            found: Session | None = super()._get_session_from_db()  # type: ignore[misc]  # the stubs leave it out
            return found
        if person.session_data is None:
            self._session_key = None
            return None
        self._person = person
        return Session(session_data=person.session_data)
