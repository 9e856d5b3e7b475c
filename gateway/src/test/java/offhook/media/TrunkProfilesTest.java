package offhook.media;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import offhook.codec.AudioCodec;
import offhook.config.TrunkConfig;
import offhook.rtp.SourceGate;
import offhook.sdp.OpusParameters;
import org.testng.annotations.Test;

/// What media knows of trunks over many changes of the configuration.
public class TrunkProfilesTest {

    private static final TrunkProfile ANY =
            new TrunkProfile(
                    List.of(AudioCodec.PCMA),
                    new OpusParameters(8000, 24_000, true, true),
                    TrunkConfig.Dtmf.RFC4733,
                    SourceGate.Mode.STRICT,
                    _ -> true);

    private final TrunkProfiles profiles = new TrunkProfiles(Map.of("first", ANY, "stays", ANY));

    @Test
    public void trunksThatWentAreKeptForCallsOfBeforeButNotForEver() {
        profiles.become(Map.of("stays", ANY, "trunk 0", ANY));
        assertThat(profiles.byName()).containsKeys("first", "stays", "trunk 0");

        for (int i = 1; i < 10 * TrunkProfiles.MOST_GONE; i++) {
            profiles.become(Map.of("stays", ANY, "trunk " + i, ANY));
        }

        assertThat(profiles.byName())
                .hasSize(2 + TrunkProfiles.MOST_GONE)
                .containsKeys("stays", "trunk 999", "trunk 998", "trunk 899")
                .doesNotContainKeys("first", "trunk 898");
    }

    @Test
    public void trunkThatComesBackIsNoLongerOneThatWent() {
        TrunkProfiles two = new TrunkProfiles(Map.of("a", ANY));
        two.become(Map.of("b", ANY));
        two.become(Map.of("a", ANY));
        for (int i = 0; i < 2 * TrunkProfiles.MOST_GONE; i++) {
            two.become(Map.of("a", ANY, "trunk " + i, ANY));
        }

        assertThat(two.byName()).containsKey("a").doesNotContainKey("b");
    }
}
