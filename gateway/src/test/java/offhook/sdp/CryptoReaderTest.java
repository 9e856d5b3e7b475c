package offhook.sdp;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Base64;
import java.util.Random;
import org.testng.annotations.DataProvider;
import org.testng.annotations.Test;

public class CryptoReaderTest {

    private static final String CM = "AES_CM_128_HMAC_SHA1_80";
    private static final String KEY = base64(30);
    private static final String INLINE = " inline:" + KEY;

    static String base64(int bytes) {
        byte[] key = new byte[bytes];
        new Random(bytes).nextBytes(key);
        return Base64.getEncoder().encodeToString(key);
    }

    @DataProvider
    Object[][] usable() { // value, suite, tag
        return new Object[][] {
            {"1 " + CM + INLINE, CryptoSuite.AES_CM_128_HMAC_SHA1_80, 1},
            {"999999999 " + CM + INLINE, CryptoSuite.AES_CM_128_HMAC_SHA1_80, 999_999_999},
            {"1  " + CM + "  inline:" + KEY, CryptoSuite.AES_CM_128_HMAC_SHA1_80, 1},
            {"1 aes_cm_128_hmac_sha1_80" + INLINE, CryptoSuite.AES_CM_128_HMAC_SHA1_80, 1},
            {"1 " + CM + " INLINE:" + KEY, CryptoSuite.AES_CM_128_HMAC_SHA1_80, 1},
            {"2 AES_CM_128_HMAC_SHA1_32" + INLINE, CryptoSuite.AES_CM_128_HMAC_SHA1_32, 2},
            {"3 AEAD_AES_128_GCM inline:" + base64(28), CryptoSuite.AEAD_AES_128_GCM, 3},
            // Some leave out the padding.
            {
                "3 AEAD_AES_128_GCM inline:" + base64(28).replace("=", ""),
                CryptoSuite.AEAD_AES_128_GCM,
                3
            },
            {"4 AEAD_AES_256_GCM inline:" + base64(44), CryptoSuite.AEAD_AES_256_GCM, 4},
            {
                "5 AES_256_CM_HMAC_SHA1_80 inline:" + base64(46),
                CryptoSuite.AES_256_CM_HMAC_SHA1_80,
                5
            },
            {"1 " + CM + INLINE + "|2^20", CryptoSuite.AES_CM_128_HMAC_SHA1_80, 1},
            {"1 " + CM + INLINE + "|2^48", CryptoSuite.AES_CM_128_HMAC_SHA1_80, 1},
            {"1 " + CM + INLINE + "|1048576", CryptoSuite.AES_CM_128_HMAC_SHA1_80, 1},
            {"1 " + CM + INLINE + " WSH=64", CryptoSuite.AES_CM_128_HMAC_SHA1_80, 1},
            {"1 " + CM + INLINE + " -FUTURE=1 WSH=1024", CryptoSuite.AES_CM_128_HMAC_SHA1_80, 1},
        };
    }

    @Test(dataProvider = "usable")
    public void lineIsRead(String value, CryptoSuite suite, int tag) {
        assertThat(CryptoReader.read(value))
                .isInstanceOfSatisfying(
                        CryptoLine.Usable.class,
                        line -> {
                            Crypto crypto = line.crypto();
                            assertThat(crypto.suite()).isEqualTo(suite);
                            assertThat(crypto.tag()).isEqualTo(tag);
                            assertThat(crypto.key()).hasSize(suite.keyBytes());
                            assertThat(crypto.salt()).hasSize(suite.saltBytes());
                            assertThat(CryptoReader.read(crypto.value())).isEqualTo(line);
                            assertThat(line.toString()).doesNotContain(crypto.keySalt());
                        });
    }

    @DataProvider
    Object[][] unusable() { // value, why
        String form = "a line that is not of the form 'tag suite inline:key'";
        String name = "1 " + CM + " ";
        return new Object[][] {
            {"", form},
            {"x " + CM + INLINE, form},
            {"1234567890 " + CM + INLINE, form},
            {"-1 " + CM + INLINE, form},
            {"1 " + CM, form},
            {"1 AES-CM" + INLINE, form},
            {"1 F8_128_HMAC_SHA1_80" + INLINE, "1 F8_128_HMAC_SHA1_80 (unknown suite)"},
            {"1 " + CM + " inline:", name + "(its key is not of the form 'inline:Base64')"},
            {"1 " + CM + " prompt:" + KEY, name + "(its key is not of the form 'inline:Base64')"},
            {"1 " + CM + " inline:ab$d", name + "(its key is not of the form 'inline:Base64')"},
            {"1 " + CM + " inline:abcde", name + "(its key is not Base64)"},
            {"1 " + CM + " inline:abcd", name + "(its key and salt have 3 bytes, not 30)"},
            {
                "1 " + CM + " inline:" + base64(29),
                name + "(its key and salt have 29 bytes, not 30)"
            },
            {
                "1 AEAD_AES_128_GCM" + INLINE,
                "1 AEAD_AES_128_GCM (its key and salt have 30 bytes, not 28)"
            },
            {
                "1 " + CM + INLINE + "|2^20|1:4",
                name + "(a master key identifier, MKI, is not served)"
            },
            {"1 " + CM + INLINE + "|1:4", name + "(a master key identifier, MKI, is not served)"},
            {
                "1 " + CM + INLINE + "|1:4;inline:" + KEY + "|2:4",
                name + "(more than one key is not served)"
            },
            {"1 " + CM + INLINE + "|2^49", name + "(its lifetime is not within 1-2^48 packets)"},
            {"1 " + CM + INLINE + "|2^999", name + "(its lifetime is not within 1-2^48 packets)"},
            {"1 " + CM + INLINE + "|0", name + "(its lifetime is not within 1-2^48 packets)"},
            {"1 " + CM + INLINE + "|", name + "(its key is not of the form 'inline:Base64')"},
            {"1 " + CM + INLINE + "|2^", name + "(its key is not of the form 'inline:Base64')"},
            {"1 " + CM + INLINE + " UNENCRYPTED_SRTP", name + "(UNENCRYPTED_SRTP is not served)"},
            {"1 " + CM + INLINE + " UNENCRYPTED_SRTCP", name + "(UNENCRYPTED_SRTCP is not served)"},
            {
                "1 " + CM + INLINE + " WSH=64 UNAUTHENTICATED_SRTP",
                name + "(UNAUTHENTICATED_SRTP is not served)"
            },
            {"1 " + CM + INLINE + " KDR=1", name + "(KDR=1 is not served)"},
            {
                "1 " + CM + INLINE + " FEC_ORDER=FEC_SRTP",
                name + "(FEC_ORDER=FEC_SRTP is not served)"
            },
            {
                "1 " + CM + INLINE + " FEC_KEY=inline:" + KEY,
                name + "(FEC_KEY=inline:... is not served)"
            },
            {"1 " + CM + INLINE + " WSH=63", name + "(WSH=63 is not served)"},
            {"1 " + CM + INLINE + " FUTURE=1", name + "(FUTURE=1 is not served)"},
        };
    }

    @Test(dataProvider = "unusable")
    public void lineIsNotUsedAndTheReasonDoesNotShowTheKey(String value, String why) {
        assertThat(CryptoReader.read(value)).isEqualTo(new CryptoLine.Unusable(why));
        assertThat(why).doesNotContain(KEY.substring(0, 8));
    }

    @Test
    public void anyTextIsRead() {
        Random random = new Random(4568);
        String alphabet = "1 AESCM_inline:|;2^=+/ \u0000\u00e9|:" + CM;
        for (int i = 0; i < 50_000; i++) {
            StringBuilder text = new StringBuilder(random.nextBoolean() ? "1 " + CM + INLINE : "");
            for (int j = random.nextInt(40); j > 0; j--) {
                int at = random.nextInt(text.length() + 1);
                text.insert(at, alphabet.charAt(random.nextInt(alphabet.length())));
            }
            assertThat(CryptoReader.read(text.toString())).isNotNull();
        }
    }

    @Test
    public void complaintsAboutALineDoNotShowItsKey() {
        SdpLine line = new SdpLine(9, 'a', "crypto:1 " + CM + INLINE);

        assertThat(line.unacceptable("too many")).hasMessage("line 9 'a=crypto:...': too many");
        assertThat(SdpLine.quote("b=" + INLINE)).isEqualTo("b= inline:...");
    }
}
