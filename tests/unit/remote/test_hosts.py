"""The text of the office's address."""

from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rockfall_desktop.domain.errors import WrongInput
from rockfall_desktop.remote.hosts import Host, read_hosts


@pytest.mark.parametrize(
    ("text", "hosts"),
    [
        ("office", (Host("office", 27017),)),
        ("10.0.0.5:27018", (Host("10.0.0.5", 27018),)),
        ("a.example.org:1, b-2:65535", (Host("a.example.org", 1), Host("b-2", 65535))),
        ("[2001:db8::5]:27020", (Host("2001:db8::5", 27020),)),
        ("[::1]", (Host("::1", 27017),)),
    ],
)
def test_that_hosts_are_read(text: str, hosts: tuple[Host, ...]) -> None:
    assert read_hosts(text) == hosts
    assert read_hosts(",".join(host.written for host in hosts)) == hosts


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "missing"), ("a,,b", "missing"), (",", "missing"), ("a,a:27017", "twice"),
        (",".join("abcdefgh"), "at most 7"),
        ("a:0", "port"), ("a:65536", "port"), ("a:", "port"), ("a:x", "port"), ("a:+1", "port"), ("a:1_0", "port"),
        ("a:٣", "port"), ("a:000080", "port"),
        ("::1", "brackets"), ("[::1", "brackets"), ("[::1]27017", "brackets"), ("[10.0.0.1]", "brackets"),
        ("[fe80::1%eth0]", "brackets"),
        ("-a", "no name"), ("a..b", "no name"), ("a b", "no name"), ("a\n", None), ("office.sock", "no name"),
        ("127.1", "no name"), ("010.0.0.1", "no name"), ("1.2.3.4.5", "no name"), ("ö", "no name"),
        ("a" * 64, "no name"),
        ("mongodb://a", "connection string"), ("mongodb+srv://a.b", "connection string"),
        ("user:secret@a:1", "connection string"), ("a/db", "connection string"), ("a?tls=false", "connection string"),
        ("/tmp/mongodb-27017.sock", "connection string"),
    ],
)  # fmt: skip
def test_that_anything_else_is_told_in_a_sentence(text: str, words: str | None) -> None:
    if words is None:
        assert read_hosts(text) == (Host("a", 27017),)
        return
    with pytest.raises(WrongInput, match=words) as told:
        read_hosts(text)
    assert "secret" not in str(told.value)


@given(st.text(max_size=60))
def test_that_no_text_does_more_than_be_read_or_be_refused(text: str) -> None:
    with suppress(WrongInput):
        assert all(host.name.isascii() and 0 < host.port < 65536 for host in read_hosts(text))


@pytest.mark.parametrize(
    ("name", "here"),
    [("localhost", True), ("LOCALHOST", True), ("127.0.0.1", True), ("127.9.9.9", True), ("::1", True),
     ("localhost.example.org", False), ("10.0.0.1", False), ("0.0.0.0", False), ("::", False), ("office", False),
     ("::ffff:10.0.0.1", False)],
)  # fmt: skip
def test_that_only_loopback_is_this_machine(name: str, here: bool) -> None:
    assert Host(name, 1).is_this_machine is here
