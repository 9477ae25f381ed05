"""Who runs the studio, and whose account is open: somebody who can sign in always runs it."""

import pytest

from studio.membership.people import LastAdmin, close_account, reopen_account, set_admin
from studio.models import AuditEntry, Membership, Status, User
from tests import people
from tests.ledger.test_post import left
from tests.people import MONEY_MICROS, Cast
from tests.runs import make_run
from tests.together import crowd


def now_of(person: User) -> User:
    return User.objects.get(pk=person.pk)


def test_somebody_is_made_an_admin_and_none_again(cast: Cast) -> None:
    assert set_admin(cast.bob, is_admin=True, by=cast.dana) is False
    assert now_of(cast.bob).is_studio_admin
    assert set_admin(cast.bob, is_admin=False, by=cast.dana) is True
    assert not now_of(cast.bob).is_staff
    assert not now_of(cast.bob).is_superuser
    assert [entry.changes for entry in AuditEntry.objects.all()] == [
        {"role": ["admin", "member"]},
        {"role": ["member", "admin"]},
    ]


def test_the_last_admin_stays_one(cast: Cast) -> None:
    people.person("ada", is_staff=True, is_active=False)  # whose account is closed does not count
    with pytest.raises(LastAdmin):
        set_admin(cast.dana, is_admin=False, by=cast.dana)
    with pytest.raises(LastAdmin):
        close_account(cast.dana, by=cast.dana)
    assert now_of(cast.dana).is_studio_admin
    assert not AuditEntry.objects.exists()


def test_one_of_two_admins_may_go(cast: Cast) -> None:
    set_admin(cast.bob, is_admin=True, by=cast.dana)
    close_account(cast.dana, by=cast.dana)
    assert not now_of(cast.dana).is_active


def test_a_closed_account_keeps_its_work_and_its_places(cast: Cast) -> None:
    run = make_run(cast.bob, cast.project)
    close_account(cast.bob, by=cast.dana)
    assert run.generations.get().status == Status.CANCELLED
    assert left(cast.bob) == MONEY_MICROS
    assert Membership.objects.filter(person=cast.bob).exists()
    reopen_account(cast.bob, by=cast.dana)
    assert now_of(cast.bob).is_active
    assert [entry.action for entry in AuditEntry.objects.all()] == ["reopened", "closed"]


def test_to_close_twice_is_one_line_in_the_log(cast: Cast) -> None:
    for _time in range(2):
        close_account(cast.bob, by=cast.dana)
    assert AuditEntry.objects.count() == 1


@pytest.mark.thorough
@pytest.mark.django_db(transaction=True)
def test_of_two_admins_who_demote_each_other_at_once_one_stays() -> None:
    cast = people.cast()
    both = [cast.dana, cast.bob]
    with crowd(2) as at_once:
        for _round in range(20):
            User.objects.filter(pk__in=[each.pk for each in both]).update(is_staff=True)
            results = at_once(lambda number: set_admin(both[1 - number], is_admin=False, by=both[number]))
            assert sorted(type(result).__name__ for result in results) == ["LastAdmin", "bool"], results
            assert User.objects.filter(is_staff=True, is_active=True).count() == 1
