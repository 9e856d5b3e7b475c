package offhook.sdp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.InetAddress;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import offhook.sdp.Encryption.Policy;
import org.testng.annotations.DataProvider;
import org.testng.annotations.Test;

/// Keys in offers and answers of trunks (RFC 4568).
public class TrunkCryptoTest {

    private static final String CM = "AES_CM_128_HMAC_SHA1_80";
    private static final String CM32 = "AES_CM_128_HMAC_SHA1_32";
    private static final String GCM = "AEAD_AES_128_GCM";

    private static TrunkCapabilities trunk(Policy policy) {
        List<Crypto> keys =
                Arrays.stream(CryptoSuite.values())
                        .map(suite -> ours(suite.ordinal() + 1, suite))
                        .toList();
        TrunkCapabilities plain = Sdp.trunk("PCMA");
        return new TrunkCapabilities(
                plain.codecs(),
                plain.opus(),
                plain.telephoneEvent(),
                plain.wanted(),
                InetAddress.ofLiteral("203.0.113.10"),
                10000,
                10001,
                20,
                77,
                policy == Policy.OFF ? Encryption.NONE : new Encryption(policy, keys));
    }

    private static Crypto ours(int tag, CryptoSuite suite) {
        byte[] key = new byte[suite.keyBytes() + suite.saltBytes()];
        Arrays.fill(key, (byte) (0x40 + suite.ordinal()));
        return Crypto.of(tag, suite, key);
    }

    /// A line of the peer.
    private static String line(int tag, String suite) {
        CryptoSuite known = CryptoSuite.valueOf(suite);
        return "a=crypto:%d %s inline:%s"
                .formatted(
                        tag, suite, CryptoReaderTest.base64(known.keyBytes() + known.saltBytes()));
    }

    private static TrunkAnswer answer(Policy policy, String... lines) throws SdpException {
        return OfferAnswer.answerTrunk(Sdp.phone(lines), trunk(policy), Optional.empty());
    }

    private static String cryptoLines(SessionDescription description) {
        return SdpWriter.write(description)
                .lines()
                .filter(line -> line.startsWith("a=crypto:"))
                .map(line -> line.substring(9, line.indexOf(" inline:")))
                .collect(Collectors.joining(", "));
    }

    @DataProvider
    Object[][] offers() { // policy, protocol, lines, what the answer takes; empty: in the clear
        return new Object[][] {
            {Policy.OFF, "RTP/AVP", List.of(line(1, CM)), ""},
            {Policy.OPTIONAL, "RTP/AVP", List.of(), ""},
            {Policy.OPTIONAL, "RTP/AVP", List.of(line(1, CM)), "1 " + CM},
            {Policy.OPTIONAL, "RTP/AVP", List.of("a=crypto:1 " + CM + " inline:short"), ""},
            {Policy.OPTIONAL, "RTP/SAVP", List.of(line(3, CM)), "3 " + CM},
            {Policy.REQUIRED, "RTP/AVP", List.of(line(1, CM)), "1 " + CM},
            {Policy.REQUIRED, "RTP/SAVP", List.of(line(1, CM)), "1 " + CM},
            // The peer's order is its preference.
            {Policy.REQUIRED, "RTP/SAVP", List.of(line(1, CM), line(2, GCM)), "1 " + CM},
            {Policy.REQUIRED, "RTP/SAVP", List.of(line(7, GCM), line(2, CM)), "7 " + GCM},
            // But short tags only where there is nothing better.
            {Policy.REQUIRED, "RTP/SAVP", List.of(line(1, CM32), line(2, CM)), "2 " + CM},
            {Policy.REQUIRED, "RTP/SAVP", List.of(line(1, CM32)), "1 " + CM32},
            {
                Policy.REQUIRED,
                "RTP/SAVP",
                List.of(line(1, "AEAD_AES_256_GCM"), line(2, CM)),
                "1 AEAD_AES_256_GCM"
            },
            {
                Policy.REQUIRED,
                "RTP/SAVP",
                List.of(line(1, "AES_256_CM_HMAC_SHA1_80")),
                "1 AES_256_CM_HMAC_SHA1_80"
            },
            {
                Policy.REQUIRED,
                "RTP/SAVP",
                List.of(
                        "a=crypto:1 F8_128_HMAC_SHA1_80 inline:x",
                        line(2, CM) + "|2^20|1:4",
                        line(3, CM)),
                "3 " + CM
            },
        };
    }

    @Test(dataProvider = "offers")
    public void offerIsAnsweredWithOneKey(
            Policy policy, String protocol, List<String> lines, String taken) throws SdpException {
        String[] all = new String[lines.size() + 1];
        all[0] = "m=audio 4000 " + protocol + " 8";
        for (int i = 0; i < lines.size(); i++) {
            all[i + 1] = lines.get(i);
        }

        TrunkAnswer answer = answer(policy, all);

        assertThat(cryptoLines(answer.local())).isEqualTo(taken);
        assertThat(answer.local().media().getFirst().protocol()).isEqualTo(protocol);
        assertThat(answer.media().keys().isPresent()).isEqualTo(!taken.isEmpty());
        answer.media()
                .keys()
                .ifPresent(keys -> {
                    assertThat(keys.ours().sameKey(ours(1, keys.suite()))).isTrue();
                    assertThat(keys.theirs().sameKey(keys.ours())).isFalse();
                });
        assertThat(answer.toString()).doesNotContain(CryptoReaderTest.base64(30));
    }

    @DataProvider
    Object[][] refused() { // policy, protocol, line, part of the message
        return new Object[][] {
            {Policy.OFF, "RTP/SAVP", line(1, CM), "set its 'srtp' to optional or required"},
            {Policy.REQUIRED, "RTP/AVP", "a=x", "'RTP/AVP' with no a=crypto: no key"},
            {
                Policy.REQUIRED,
                "RTP/AVP",
                "a=x",
                "let the peer offer a=crypto with one of AEAD_AES_128_GCM,"
            },
            {Policy.REQUIRED, "RTP/AVP", "a=x", "or set 'srtp' of this trunk to optional"},
            {Policy.REQUIRED, "RTP/SAVP", "a=x", "'RTP/SAVP' with no a=crypto: no key"},
            {Policy.OPTIONAL, "RTP/SAVP", "a=x", "'RTP/SAVP' with no a=crypto: no key"},
            {
                Policy.REQUIRED,
                "RTP/SAVP",
                line(1, CM) + " UNENCRYPTED_SRTP",
                "with a=crypto 1 AES_CM_128_HMAC_SHA1_80 (UNENCRYPTED_SRTP is not served): no key"
            },
            {
                Policy.REQUIRED,
                "RTP/SAVP",
                "a=crypto:" + ours(1, CryptoSuite.AES_CM_128_HMAC_SHA1_80).value(),
                "1 AES_CM_128_HMAC_SHA1_80 (it repeats our key)"
            },
            {
                Policy.REQUIRED,
                "UDP/TLS/RTP/SAVP",
                line(1, CM),
                "'UDP/TLS/RTP/SAVP' is not served, only RTP/AVP and RTP/SAVP"
            },
        };
    }

    @Test(dataProvider = "refused")
    public void offerWithoutAKeyIsRefusedWithWhatToChange(
            Policy policy, String protocol, String line, String message) {
        assertThatThrownBy(() -> answer(policy, "m=audio 4000 " + protocol + " 8", line))
                .isInstanceOfSatisfying(
                        SdpException.class,
                        e -> {
                            assertThat(e).hasMessageContaining(message);
                            assertThat(e.verdict().sipStatus()).isEqualTo(488);
                            assertThat(e.getMessage()).doesNotContain("inline");
                        });
    }

    @Test
    public void encryptedSectionComesBeforeAnotherInTheClear() throws SdpException {
        TrunkAnswer answer =
                answer(
                        Policy.OPTIONAL,
                        "m=audio 4000 RTP/AVP 8",
                        "m=audio 4002 RTP/SAVP 8",
                        line(1, CM));

        assertThat(answer.media().keys()).isPresent();
        assertThat(answer.local().media()).extracting(MediaSection::port).containsExactly(0, 10000);
    }

    @Test
    public void offerSaysBestEffortOrDemandsIt() {
        String lines =
                "1 AEAD_AES_128_GCM, 2 AES_CM_128_HMAC_SHA1_80, 3 AEAD_AES_256_GCM,"
                        + " 4 AES_256_CM_HMAC_SHA1_80";
        SessionDescription off = OfferAnswer.offerTrunk(trunk(Policy.OFF), Optional.empty());
        SessionDescription may = OfferAnswer.offerTrunk(trunk(Policy.OPTIONAL), Optional.empty());
        SessionDescription must = OfferAnswer.offerTrunk(trunk(Policy.REQUIRED), Optional.empty());

        assertThat(cryptoLines(off)).isEmpty();
        assertThat(cryptoLines(may)).isEqualTo(lines);
        assertThat(cryptoLines(must)).isEqualTo(lines);
        assertThat(List.of(off, may, must))
                .extracting(d -> d.media().getFirst().protocol())
                .containsExactly("RTP/AVP", "RTP/AVP", "RTP/SAVP");
        assertThat(must.toString()).doesNotContain(ours(1, CryptoSuite.AEAD_AES_128_GCM).keySalt());
    }

    /// A peer that said RTP/SAVP hears that of us, too, when it asks for an offer later.
    @Test
    public void laterOfferKeepsTheProtocol() throws SdpException {
        TrunkAnswer answer = answer(Policy.OPTIONAL, "m=audio 4000 RTP/SAVP 8", line(1, CM));

        SessionDescription again =
                OfferAnswer.offerTrunk(trunk(Policy.OPTIONAL), Optional.of(answer.local()));

        assertThat(again.media().getFirst().protocol()).isEqualTo("RTP/SAVP");
        assertThat(again.media().getFirst().crypto()).hasSize(4);
    }

    @DataProvider
    Object[][] answers() { // policy, protocol, line, suite agreed; empty: in the clear
        return new Object[][] {
            {Policy.OFF, "RTP/AVP", "a=x", ""},
            {Policy.OPTIONAL, "RTP/AVP", "a=x", ""},
            {Policy.OPTIONAL, "RTP/AVP", line(2, CM), CM},
            {Policy.OPTIONAL, "RTP/SAVP", line(2, CM), CM},
            {Policy.REQUIRED, "RTP/SAVP", line(2, CM), CM},
            {Policy.REQUIRED, "RTP/SAVP", line(1, GCM), GCM},
        };
    }

    @Test(dataProvider = "answers")
    public void answerIsAccepted(Policy policy, String protocol, String line, String suite)
            throws SdpException {
        SessionDescription offer = OfferAnswer.offerTrunk(trunk(policy), Optional.empty());

        TrunkMedia media =
                OfferAnswer.acceptTrunkAnswer(
                        offer, Sdp.phone("m=audio 4000 " + protocol + " 8", line), trunk(policy));

        assertThat(media.keys().map(keys -> keys.suite().name()).orElse("")).isEqualTo(suite);
    }

    @DataProvider
    Object[][] badAnswers() { // policy, protocol, line, part of the message
        return new Object[][] {
            {Policy.OFF, "RTP/SAVP", line(2, CM), "the answer's protocol is 'RTP/SAVP'"},
            {Policy.REQUIRED, "RTP/AVP", "a=x", "the answer's protocol is 'RTP/AVP'"},
            {Policy.REQUIRED, "RTP/AVP", line(2, CM), "the answer's protocol is 'RTP/AVP'"},
            {Policy.REQUIRED, "RTP/SAVP", "a=x", "takes none of our keys: it has no a=crypto"},
            {Policy.OPTIONAL, "RTP/SAVP", "a=x", "takes none of our keys: it has no a=crypto"},
            {
                Policy.REQUIRED,
                "RTP/SAVP",
                line(9, CM),
                "takes none of our keys: it has a=crypto 9 AES_CM_128_HMAC_SHA1_80"
            },
            // The tag of another suite.
            {Policy.REQUIRED, "RTP/SAVP", line(1, CM), "takes none of our keys"},
            {Policy.REQUIRED, "RTP/SAVP", line(5, CM32), "takes none of our keys"},
            // The peer believes it encrypts: silence would follow.
            {
                Policy.OPTIONAL,
                "RTP/AVP",
                line(2, CM) + "|2^20|1:4",
                "2 AES_CM_128_HMAC_SHA1_80 (a master key identifier, MKI, is not served)"
            },
            {
                Policy.REQUIRED,
                "RTP/SAVP",
                "a=crypto:" + ours(2, CryptoSuite.AES_CM_128_HMAC_SHA1_80).value(),
                "takes none of our keys"
            },
        };
    }

    @Test(dataProvider = "badAnswers")
    public void answerThatTakesNoneOfOurKeysIsRefused(
            Policy policy, String protocol, String line, String message) {
        SessionDescription offer = OfferAnswer.offerTrunk(trunk(policy), Optional.empty());
        SessionDescription answer = Sdp.phone("m=audio 4000 " + protocol + " 8", line);

        assertThatThrownBy(() -> OfferAnswer.acceptTrunkAnswer(offer, answer, trunk(policy)))
                .isInstanceOf(SdpException.class)
                .hasMessageContaining(message);
    }
}
