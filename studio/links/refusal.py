"""Why an address is not taken. Codes and facts; the words are `forms/address_words.py`."""


class AddressRefused(ValueError):
    """Nothing was taken from this address. `code` is one of:

    - `bad_address`, `not_https`, `port`, `userinfo`, `too_long`, `own_media`: what was typed, before anything is asked;
    - `no_links`, `no_buckets`, `bucket_copy`, `bucket_type`: what the studio's key takes;
    - `too_many_checks`: what one person may ask for in a while;
    - `unreachable`: no such host, nobody there, or a place that is closed to the studio, which is all the same to say;
    - `away`: the studio itself cannot look right now;
    - `status`, `too_large`, `wrong_type`, `unreadable`, `too_many_pixels`: what came back;
    - `too_many`: what one person may add in a day;
    - `processed`, `mismatch`: a picture that may be copied in, and not sent by its address.
    """

    def __init__(self, code: str, **facts: object) -> None:
        super().__init__(code)
        self.code = code
        self.facts = facts
