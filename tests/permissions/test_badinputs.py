"""Bad inputs B141 to B170: whatever asks for what is somebody else's, or pretends to be somebody else, has its test."""

import re
from pathlib import Path

import pytest

HERE = Path(__file__).parent.parent

SHOWN = {
    "B141": [("permissions/test_matrix.py", "test_B141_what_is_hidden_looks_like_what_never_was")],
    "B142": [("permissions/test_ids.py", "test_C40_ids_that_leave_the_server_cannot_be_guessed")],
    "B143": [("permissions/test_ids.py", "test_B143_a_picture_of_another_project_is_no_input")],
    "B144": [("views/test_trash.py", "test_B144_a_frame_of_another_project_is_not_moved_by_this_ones_address")],
    "B145": [("permissions/test_matrix.py", "test_B145_without_its_token_no_form_is_taken")],
    "B146": [("permissions/test_matrix.py", "test_B146_the_token_of_somebody_else_is_none")],
    "B147": [("views/test_errors.py", "test_a_form_that_was_open_too_long_gives_back_what_was_typed")],
    "B148": [("permissions/test_matrix.py", "test_B148_htmx_is_no_reason_to_let_anybody_in")],
    "B149": [("views/test_usage.py", "test_htmx_is_sent_the_further_lines_alone")],
    "B150": [("permissions/test_matrix.py", "test_B148_htmx_is_no_reason_to_let_anybody_in")],
    "B151": [("permissions/test_matrix.py", "test_a_route_answers_as_its_row_says")],
    "B152": [("permissions/test_ids.py", "test_B152_a_form_reads_its_own_fields")],
    "B153": [("views/test_runs.py", "test_what_the_form_does_not_have_is_ignored")],
    "B154": [("forms/test_generation.py", "test_one_to_eight_and_nothing_else")],
    "B155": [
        ("views/test_sign_in.py", "test_the_door_never_leads_out_of_the_studio"),
        ("views/test_errors.py", "test_the_way_back_never_leaves_the_studio"),
        ("accounts/test_sensitive.py", "test_the_address_after_the_question_is_always_ours"),
        ("accounts/test_single_sign_on.py", "test_it_never_leads_out_of_the_studio"),
    ],
    "B156": [("accounts/test_mail.py", "test_a_letter_leads_to_an_address_of_the_studio_alone")],
    "B157": [("accounts/test_door.py", "test_a_forged_hop_dodges_no_limit")],
    "B158": [("jobs/test_server.py", "test_B158_B159_B160_what_can_be_read_in_two_ways_is_read_in_none")],
    "B159": [("jobs/test_server.py", "test_B158_B159_B160_what_can_be_read_in_two_ways_is_read_in_none")],
    "B160": [("jobs/test_server.py", "test_B158_B159_B160_what_can_be_read_in_two_ways_is_read_in_none")],
    "B161": [("accounts/test_sessions.py", "test_a_session_somebody_else_planted_is_worth_nothing")],
    "B162": [
        ("accounts/test_sessions.py", "test_a_new_password_signs_out_everywhere_else"),
        ("accounts/test_sessions.py", "test_a_closed_account_is_outside_at_the_next_request"),
    ],
    "B163": [("accounts/test_sessions.py", "test_cookies_behind_https_belong_to_this_host_alone")],
    "B164": [
        ("accounts/test_door.py", "test_a_thousand_tries_are_five"),
        ("accounts/test_admin_door.py", "test_B164_djangos_admin_leads_to_the_studios_door"),
    ],
    "B165": [("accounts/test_door.py", "test_one_address_gets_thirty_tries_over_all_accounts")],
    "B166": [
        ("accounts/test_door.py", "test_every_answer_costs_one_hash"),
        ("accounts/test_door.py", "test_a_new_password_is_promised_alike_to_all"),
        ("accounts/test_mail.py", "test_the_time_of_an_answer_tells_nobody_who_is_inside"),
    ],
    "B167": [("accounts/test_second_factor.py", "test_a_code_is_good_once_however_it_is_written")],
    "B168": [("e2e/test_accounts.py", "test_nobody_signs_in_with_the_passkey_of_somebody_else")],
    "B169": [("accounts/test_mail.py", "test_a_link_works_once_and_a_newer_password_ends_it")],
    "B170": [
        ("membership/test_parallel.py", "test_B170_of_twenty_with_one_link_one_gets_in"),
        ("membership/test_invitations.py", "test_it_is_used_once"),
        ("membership/test_invitations.py", "test_it_expires_after_seven_days"),
        ("membership/test_invitations.py", "test_revoked_it_lets_nobody_in"),
        ("membership/test_invitations.py", "test_with_an_address_it_is_for_that_person"),
        ("membership/test_invitations.py", "test_the_secret_is_long_random_and_kept_as_a_hash"),
        ("views/test_invitations.py", "test_B170_the_secret_leaves_the_address_at_once"),
    ],
}


def test_the_list_is_whole() -> None:
    assert sorted(SHOWN) == [f"B{number}" for number in range(141, 171)]


@pytest.mark.parametrize("number", SHOWN)
def test_it_has_its_test(number: str) -> None:
    for place, name in SHOWN[number]:
        assert re.search(rf"^def {name}\(", (HERE / place).read_text("utf-8"), re.MULTILINE), (place, name)
