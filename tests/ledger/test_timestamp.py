# SPDX-License-Identifier: Apache-2.0
"""Time stamps: what a reply says, whether it holds, and what is told when it cannot be read.

The two replies are OpenSSL 3.0's, on the text ``hello``; the second carries a chain, whose SET of
certificates OpenSSL writes out of order. `tests/full/test_stamps_with_openssl.py` asks OpenSSL.
"""

from __future__ import annotations

import base64
import datetime as dt

import pytest

from shirube.ledger import timestamp
from shirube.ledger.timestamp import StampProblem

pytest.importorskip("rfc3161_client")

MESSAGE = b"hello\n"
ROOT = b"""\
-----BEGIN CERTIFICATE-----
MIIBfTCCASOgAwIBAgIUZ+ZkCiHvmcJTjGzTkkEZv8eDLjcwCgYIKoZIzj0EAwIw
FDESMBAGA1UEAwwJVGVzdCBSb290MB4XDTI2MTEyMjA2NDA1N1oXDTM2MTExOTA2
NDA1N1owFDESMBAGA1UEAwwJVGVzdCBSb290MFkwEwYHKoZIzj0CAQYIKoZIzj0D
AQcDQgAEe8G1cZyedM5byExnKOtA0ZV4yzmdudYSxd5fCrUer0nAkytIUxYLAkhT
5mxKL7zDVFXe9iDm1twYBL7ILqQRc6NTMFEwHQYDVR0OBBYEFFaIW4+/UXoeTdV0
2BARp72SNL3ZMB8GA1UdIwQYMBaAFFaIW4+/UXoeTdV02BARp72SNL3ZMA8GA1Ud
EwEB/wQFMAMBAf8wCgYIKoZIzj0EAwIDSAAwRQIgO2PHIKP4py8vXS9w8V99v0Px
KSUqWmxyIFCAbsS3VXUCIQC4MSaPzCukZcspMBVUzSR29QAl9iAMfQK46eKw76UT
Kw==
-----END CERTIFICATE-----
"""
REPLY = base64.b64decode("""
MIID0zADAgEAMIIDygYJKoZIhvcNAQcCoIIDuzCCA7cCAQMxDzANBglghkgBZQMEAgEFADCBoQYLKoZIhvcNAQkQAQSggZEE
gY4wgYsCAQEGBCoDBAEwMTANBglghkgBZQMEAgEFAAQgWJG1tSLV3whtD/CxEPvZ0hu0/HFjrzTQgoai6Eb2vgMCAQIYDzIw
MjYxMTIyMDY0MDU4WjADAgEBAgkAhxrGrryQukegKaQnMCUxETAPBgNVBAMMCFRlc3QgVFNBMRAwDgYDVQQKDAdFeGFtcGxl
oIIBtzCCAbMwggFZoAMCAQICFBktY/wiXsvwbGQSYuTK0FzT4bbOMAoGCCqGSM49BAMCMBQxEjAQBgNVBAMMCVRlc3QgUm9v
dDAeFw0yNjExMjIwNjQwNTdaFw0zNjExMTkwNjQwNTdaMCUxETAPBgNVBAMMCFRlc3QgVFNBMRAwDgYDVQQKDAdFeGFtcGxl
MFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAE/PqI6JwDnUgvExa4Bji3AGHwYxVQ8tEWz1SFpv232GbuPzDq/5uERCVRF9t8
BhJBxesgFyC5XK6iJ0KIjz0ogqN4MHYwDAYDVR0TAQH/BAIwADAOBgNVHQ8BAf8EBAMCB4AwFgYDVR0lAQH/BAwwCgYIKwYB
BQUHAwgwHQYDVR0OBBYEFPDv28NnqWcfyqEDf+A+pw9jcdZ2MB8GA1UdIwQYMBaAFFaIW4+/UXoeTdV02BARp72SNL3ZMAoG
CCqGSM49BAMCA0gAMEUCIHlASUS7QFabEn2nQlsfUbiTChy0RCp/wzkAHcLeJ+vCAiEArv4551J5nN+yH1tA7tvIR5ehq33f
bGsnm1TpMkkOE1YxggFAMIIBPAIBATAsMBQxEjAQBgNVBAMMCVRlc3QgUm9vdAIUGS1j/CJey/BsZBJi5MrQXNPhts4wDQYJ
YIZIAWUDBAIBBQCggaQwGgYJKoZIhvcNAQkDMQ0GCyqGSIb3DQEJEAEEMBwGCSqGSIb3DQEJBTEPFw0yNjExMjIwNjQwNTha
MC8GCSqGSIb3DQEJBDEiBCDKiwG9QYaLmhOyjof2ngl6auJH6gU2izSzt8U4bk/XqTA3BgsqhkiG9w0BCRACLzEoMCYwJDAi
BCDbpgfQidOQUPFyAQUjMnoBY3CFgLVPIXPMBq47OEqwKzAKBggqhkjOPQQDAgRHMEUCIDo64ZCBaBlEeTR3oZ6WwD1zDJgw
iBR+eHtvEKi4E8S+AiEA7tlxyOLZU0RqDAYoUl3EGPFoTs8dKAalNkazfQCjTn4=
""")
CHAIN = base64.b64decode("""
MIIHCzADAgEAMIIHAgYJKoZIhvcNAQcCoIIG8zCCBu8CAQMxDzANBglghkgBZQMEAgEFADCBoQYLKoZIhvcNAQkQAQSggZEE
gY4wgYsCAQEGBCoDBAEwMTANBglghkgBZQMEAgEFAAQgWJG1tSLV3whtD/CxEPvZ0hu0/HFjrzTQgoai6Eb2vgMCAQQYDzIw
MjYxMTIyMDY0MDU4WjADAgEBAgkAhxrGrryQukegKaQnMCUxETAPBgNVBAMMCFRlc3QgVFNBMRAwDgYDVQQKDAdFeGFtcGxl
oIIE7zCCAbMwggFZoAMCAQICFBktY/wiXsvwbGQSYuTK0FzT4bbOMAoGCCqGSM49BAMCMBQxEjAQBgNVBAMMCVRlc3QgUm9v
dDAeFw0yNjExMjIwNjQwNTdaFw0zNjExMTkwNjQwNTdaMCUxETAPBgNVBAMMCFRlc3QgVFNBMRAwDgYDVQQKDAdFeGFtcGxl
MFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAE/PqI6JwDnUgvExa4Bji3AGHwYxVQ8tEWz1SFpv232GbuPzDq/5uERCVRF9t8
BhJBxesgFyC5XK6iJ0KIjz0ogqN4MHYwDAYDVR0TAQH/BAIwADAOBgNVHQ8BAf8EBAMCB4AwFgYDVR0lAQH/BAwwCgYIKwYB
BQUHAwgwHQYDVR0OBBYEFPDv28NnqWcfyqEDf+A+pw9jcdZ2MB8GA1UdIwQYMBaAFFaIW4+/UXoeTdV02BARp72SNL3ZMAoG
CCqGSM49BAMCA0gAMEUCIHlASUS7QFabEn2nQlsfUbiTChy0RCp/wzkAHcLeJ+vCAiEArv4551J5nN+yH1tA7tvIR5ehq33f
bGsnm1TpMkkOE1YwggF9MIIBI6ADAgECAhRn5mQKIe+ZwlOMbNOSQRm/x4MuNzAKBggqhkjOPQQDAjAUMRIwEAYDVQQDDAlU
ZXN0IFJvb3QwHhcNMjYxMTIyMDY0MDU3WhcNMzYxMTE5MDY0MDU3WjAUMRIwEAYDVQQDDAlUZXN0IFJvb3QwWTATBgcqhkjO
PQIBBggqhkjOPQMBBwNCAAR7wbVxnJ50zlvITGco60DRlXjLOZ251hLF3l8KtR6vScCTK0hTFgsCSFPmbEovvMNUVd72IObW
3BgEvsgupBFzo1MwUTAdBgNVHQ4EFgQUVohbj79Reh5N1XTYEBGnvZI0vdkwHwYDVR0jBBgwFoAUVohbj79Reh5N1XTYEBGn
vZI0vdkwDwYDVR0TAQH/BAUwAwEB/zAKBggqhkjOPQQDAgNIADBFAiA7Y8cgo/inLy9dL3DxX32/Q/EpJSpabHIgUIBuxLdV
dQIhALgxJo/MK6RlyykwFVTNJHb1ACX2IAx9Arjp4rDvpRMrMIIBszCCAVmgAwIBAgIUGS1j/CJey/BsZBJi5MrQXNPhts4w
CgYIKoZIzj0EAwIwFDESMBAGA1UEAwwJVGVzdCBSb290MB4XDTI2MTEyMjA2NDA1N1oXDTM2MTExOTA2NDA1N1owJTERMA8G
A1UEAwwIVGVzdCBUU0ExEDAOBgNVBAoMB0V4YW1wbGUwWTATBgcqhkjOPQIBBggqhkjOPQMBBwNCAAT8+ojonAOdSC8TFrgG
OLcAYfBjFVDy0RbPVIWm/bfYZu4/MOr/m4REJVEX23wGEkHF6yAXILlcrqInQoiPPSiCo3gwdjAMBgNVHRMBAf8EAjAAMA4G
A1UdDwEB/wQEAwIHgDAWBgNVHSUBAf8EDDAKBggrBgEFBQcDCDAdBgNVHQ4EFgQU8O/bw2epZx/KoQN/4D6nD2Nx1nYwHwYD
VR0jBBgwFoAUVohbj79Reh5N1XTYEBGnvZI0vdkwCgYIKoZIzj0EAwIDSAAwRQIgeUBJRLtAVpsSfadCWx9RuJMKHLREKn/D
OQAdwt4n68ICIQCu/jnnUnmc37IfW0Du28hHl6Grfd9sayebVOkySQ4TVjGCAUAwggE8AgEBMCwwFDESMBAGA1UEAwwJVGVz
dCBSb290AhQZLWP8Il7L8GxkEmLkytBc0+G2zjANBglghkgBZQMEAgEFAKCBpDAaBgkqhkiG9w0BCQMxDQYLKoZIhvcNAQkQ
AQQwHAYJKoZIhvcNAQkFMQ8XDTI2MTEyMjA2NDA1OFowLwYJKoZIhvcNAQkEMSIEILwcVxlu4i7qLCm8Hml9AX37r5D2yjIk
HG+rA0W+0HyyMDcGCyqGSIb3DQEJEAIvMSgwJjAkMCIEINumB9CJ05BQ8XIBBSMyegFjcIWAtU8hc8wGrjs4SrArMAoGCCqG
SM49BAMCBEcwRQIgEjK69/KLm0nN2K1oc3Y49CqKFkq7UColsQMErVo4yFsCIQCVrWti+fbVHfbBZHaI717TtaIGBjFjXDS9
Ym32TQ5EFA==
""")


def read(token: bytes, message: bytes = MESSAGE, *, roots: bytes = ROOT) -> timestamp.Stamp:
    trusted = timestamp.read_roots(roots, "roots.pem") if roots else ()
    return timestamp.read(token, message, leaves=3, file="x.tsr", roots=trusted)


def test_a_stamp_tells_time_policy_and_who_and_holds_under_its_root() -> None:
    found = read(REPLY)
    assert (found.state, found.reason, found.leaves) == ("verified", "", 3)
    assert found.at == dt.datetime(2026, 11, 22, 6, 40, 58, tzinfo=dt.UTC)
    assert (found.policy, found.authority) == ("1.2.3.4.1", "O=Example,CN=Test TSA")
    bare = read(REPLY, roots=b"")
    assert (bare.state, bare.at) == ("present", found.at)


def test_a_stamp_on_something_else_is_refused() -> None:
    found = read(REPLY, b"hello")
    assert (found.state, found.reason) == ("refused", "it is on something else")
    assert timestamp.on_which(REPLY, {4: b"hello", 9: MESSAGE}) == 9
    assert timestamp.on_which(REPLY, {4: b"hello"}) is None


def test_a_reply_that_the_strict_parser_refuses_is_told_and_still_finds_its_place() -> None:
    found = read(CHAIN)
    assert (found.state, found.at) == ("unreadable", None)
    assert "InvalidSetOrdering" in found.reason
    assert timestamp.on_which(CHAIN, {4: b"hello", 9: MESSAGE}) == 9


def test_no_byte_of_a_reply_can_be_changed_so_that_another_time_is_told() -> None:
    true = (read(REPLY).at, "1.2.3.4.1", "O=Example,CN=Test TSA")
    for at in range(len(REPLY)):
        found = read(REPLY[:at] + bytes([REPLY[at] ^ 1]) + REPLY[at + 1 :])
        told = (found.at, found.policy, found.authority)
        assert found.state in {"refused", "unreadable"} or told == true, at


@pytest.mark.parametrize("junk", [b"", b"junk", REPLY[:60], b"0\x03\x02\x01\x02", bytes(65_000)])
def test_junk_is_unreadable_and_nothing_worse(junk: bytes) -> None:
    assert read(junk).state == "unreadable"
    assert timestamp.on_which(junk, {1: MESSAGE}) is None


def test_roots_that_are_none_are_refused() -> None:
    with pytest.raises(StampProblem, match="no certificate"):
        timestamp.read_roots(b"hello", "roots.pem")


def test_without_the_extra_a_stamp_is_kept_and_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(timestamp, "available", lambda: False)
    found = read(REPLY, roots=b"")
    told = (found.state, found.reason)
    assert told == ("unreadable", "the extra “timestamps” is not installed")
    with pytest.raises(StampProblem, match="timestamps"):
        timestamp.request(MESSAGE)
