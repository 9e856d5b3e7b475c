package offhook.trace;

import static org.assertj.core.api.Assertions.assertThat;

import org.testng.annotations.DataProvider;
import org.testng.annotations.Test;

/// What is secret in messages does not stay.
public class RedactionTest {

    private static final String INVITE =
            """
            INVITE sip:bob:hunter2@192.0.2.1 SIP/2.0
            Via: SIP/2.0/UDP 192.0.2.9:5060;branch=z9hG4bK1
            Call-ID: abc@192.0.2.9
            Proxy-Authorization: Digest username="alice", realm="pbx",
             nonce="n1", uri="sip:bob@192.0.2.1", response="6629fae49393a05397450978507c4ef1",
            \tcnonce="0a4f113b", qop=auth
            X-Session-Token: tok-3f9
            Content-Type: application/sdp
            Content-Length: 999

            v=0
            k=base64:c2VjcmV0a2V5
            a=ice-pwd:asd88fgpdd777uzjYhagZg
            a=crypto:1 AES_CM_128_HMAC_SHA1_80 inline:d0RmdmcmVCspeEc3QGZiNWpVLFJhQX1cfHAwJSoj|2^20
            a=fingerprint:sha-256 AB:CD
            """
                    .replace("\n", "\r\n");

    @Test
    public void credentialsKeysAndPasswordsOfARequestAreGone() {
        String shown = Redaction.ofSip(INVITE);

        assertThat(shown)
                .doesNotContain("hunter2")
                .doesNotContain("6629fae49393a05397450978507c4ef1")
                .doesNotContain("0a4f113b")
                .doesNotContain("tok-3f9")
                .doesNotContain("c2VjcmV0a2V5")
                .doesNotContain("asd88fgpdd777uzjYhagZg")
                .doesNotContain("d0RmdmcmVCspeEc3QGZiNWpVLFJhQX1");
        assertThat(shown)
                .contains("username=\"alice\"", "realm=\"pbx\"", "Call-ID: abc@192.0.2.9")
                .contains("a=crypto:1 AES_CM_128_HMAC_SHA1_80 inline:*", "AB:CD");
    }

    @Test
    public void aBodyKeepsItsLength() {
        assertThat(SipText.body(Redaction.ofSip(INVITE))).hasSameSizeAs(SipText.body(INVITE));
    }

    @DataProvider
    public static Object[][] secrets() {
        return new Object[][] {
            {"REGISTER sip:x SIP/2.0\r\nauthorization : Bearer s3cr3t.jwt\r\n\r\n"},
            {"REGISTER sip:x SIP/2.0\r\nAuthorization: Digest s3cr3t.jwt\r\n\r\n"},
            {
                "REGISTER sip:x SIP/2.0\r\nAuthorization: Digest\r\n username=\"a\", x=s3cr3t.jwt\r\n\r\n"
            },
            {"REGISTER sip:x SIP/2.0\r\nCookie: a=s3cr3t.jwt\r\n\r\n"},
            {
                "INFO sip:x SIP/2.0\r\nContent-Type: application/dtmf-relay\r\n\r\nSignal= s3cr3t.jwt\r\n"
            },
            {"INFO sip:x SIP/2.0\r\nContent-Type: application/dtmf\r\n\r\ns3cr3t.jwt"},
            {
                "INFO sip:x SIP/2.0\r\nContent-Type: application/dtmf;charset=utf-8\r\n\r\ns3cr3t.jwt"
            },
            {"INFO sip:x SIP/2.0\r\nc: Audio/Telephone-Event\r\n\r\ns3cr3t.jwt"},
            {
                "INFO sip:x SIP/2.0\r\nContent-Type: application/vnd.nortelnetworks.digits\r\n\r\np=Digit-Collection\r\nd=s3cr3t.jwt\r\n"
            },
            {
                "INFO sip:x SIP/2.0\r\nContent-Type: application/dtmf-relay\r\n\r\nDuration=160\rSignal=s3cr3t.jwt"
            },
            {
                "INFO sip:x SIP/2.0\r\nContent-Type: multipart/mixed;boundary=b\r\n\r\n--b\r\nContent-Type: application/dtmf\r\n\r\ns3cr3t.jwt\r\n--b--\r\n"
            },
            {
                "NOTIFY sip:x SIP/2.0\r\nContent-Type: application/kpml-response+xml\r\n\r\n<kpml-response code=\"200\" digits=\"s3cr3t.jwt\"/>"
            },
            {"INVITE sip:x SIP/2.0\r\nContent-Encoding: gzip\r\n\r\ns3cr3t.jwt"},
            {"INVITE sip:x SIP/2.0\r\nTo: <sips:me:s3cr3t.jwt@h>\r\n\r\n"},
            {"INVITE sip:x SIP/2.0\nAuthorization: Bearer s3cr3t.jwt\n\n"},
        };
    }

    @Test
    public void howLongAKeyWasPressedIsShown() {
        assertThat(
                        Redaction.ofSip(
                                "INFO sip:x SIP/2.0\r\nContent-Type: application/dtmf-relay\r\n\r\n"
                                        + "Signal= 5\r\nDuration=160\r\n"))
                .endsWith("\r\n\r\nSignal= *\r\nDuration=160\r\n");
    }

    @Test(dataProvider = "secrets")
    public void noWritingOfASecretSlipsThrough(String message) {
        assertThat(Redaction.ofSip(message)).doesNotContain("s3cr3t");
    }

    @Test
    public void aPagesTokensAndIcePasswordsAreGone() {
        String shown =
                Redaction.ofPage(
                        "{\"type\":\"accept\",\"token\":\"s3cr3t\",\"turn\":{\"credential\" :"
                                + " \"s3cr3t\"},\"sdp\":\"v=0\\r\\na=ice-pwd:s3cr3t\\r\\nm=audio\"}");

        assertThat(shown).doesNotContain("s3cr3t").contains("\\r\\nm=audio");
    }

    @Test
    public void remoteTextStaysOnItsLine() {
        String hostile =
                "From: \"a\u001b[2J\u202e\u0000\\n\" <sip:x>\r\nINFO forged ${jndi:ldap://x}\u2028";

        assertThat(EscapedText.of(hostile)).matches("[ -~]*").doesNotContain("\n");
        assertThat(EscapedText.lines(hostile)).doesNotContain("\u001b", "\u202e", "\u0000");
    }
}
