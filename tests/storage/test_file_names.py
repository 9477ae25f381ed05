"""C26: what a picture is called on somebody's disk, whatever its project, prompt or upload was called."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from studio.models import Generation, Output, Project, Run
from studio.storage.file_names import content_disposition, file_name, labelled_stem, output_stem, slug


def an_output(project: str, prompt: str, **facts: object) -> Output:
    run = Run(number=402, prompt=prompt, model_key="pro", size="2K")
    generation = Generation(run=run, project=Project(name=project), variation=1)
    return Output(**{"generation": generation, "role": "primary", "position": 0} | facts)


@pytest.mark.parametrize(
    ("project", "prompt", "stem"),
    [
        ("Autumn catalogue", "A red boat, on a quiet lake", "Autumn-catalogue-402B-pro-2K-A-red-boat-on-a-quiet-lake"),
        ("秋季目录", "一艘红色的小船", "秋季目录-402B-pro-2K-一艘红色的小船"),
        ("🎃", "🦊🦊", "402B-pro-2K"),
        ("", "", "402B-pro-2K"),
        ("../../etc", "/../..\\passwd", "etc-402B-pro-2K-passwd"),
        ("CON", "nul:", "CON-402B-pro-2K-nul"),
        ("a\r\nSet-Cookie: x", "b\0c", "a-Set-Cookie-x-402B-pro-2K-b-c"),  # B64
        ('say "yes"; now', "it's {x}", "say-yes-now-402B-pro-2K-it-s-x"),  # B65
        ("\u202egnp.exe", "x\u2066y", "gnp-exe-402B-pro-2K-x-y"),  # B57
        ("कि", "ตั้ง", "कि-402B-pro-2K-ตั้ง"),  # marks stay with their letters
    ],
)
def test_a_picture_is_named_after_what_it_is(project: str, prompt: str, stem: str) -> None:
    assert output_stem(an_output(project, prompt)) == stem


@pytest.mark.parametrize(
    ("role", "part"), [("variant", "-402B-3-"), ("draft", "-402B-draft-3-"), ("thought", "-402B-thought-3-")]
)
def test_further_pictures_of_an_answer_are_told_apart(role: str, part: str) -> None:
    assert part in output_stem(an_output("A", "B", role=role, position=2))


@pytest.mark.parametrize(
    ("label", "stem"),
    [
        ("con", "Autumn-con"),
        (".htaccess", "Autumn-htaccess"),
        ("<script>", "Autumn-script"),
        ("a" * 300, f"Autumn-{'a' * 48}"),
    ],
)
def test_what_came_with_a_name_keeps_the_harmless_part_of_it(label: str, stem: str) -> None:
    assert labelled_stem(Project(name="Autumn"), label) == stem


def test_a_long_prompt_is_cut_between_words_and_a_long_word_within() -> None:
    assert slug("one two three", 9) == "one-two"
    assert slug("船" * 9, 10) == "船船船"


def test_both_forms_of_the_name_are_in_the_header() -> None:
    name = file_name("秋-402B-pro-2K-café", "image/png")
    header = content_disposition(name, as_attachment=True)
    assert header == (
        "attachment; filename=\"402B-pro-2K-cafe.png\"; filename*=UTF-8''%E7%A7%8B-402B-pro-2K-caf%C3%A9.png"
    )
    assert content_disposition("船.webp", as_attachment=False).startswith('inline; filename="picture.webp"; ')


@given(st.text(), st.text())
def test_no_words_make_a_name_that_a_file_system_or_a_header_minds(project: str, prompt: str) -> None:
    name = file_name(output_stem(an_output(project, prompt)), "image/jpeg")
    assert len(name.encode()) <= 143
    assert not set(name) & set('/\\:*?"<>|;%\0\r\n')
    assert all(character.isprintable() for character in name)
    header = content_disposition(name, as_attachment=True)
    header.encode("ascii")
    assert header.count('"') == 2
    assert header.isprintable()
