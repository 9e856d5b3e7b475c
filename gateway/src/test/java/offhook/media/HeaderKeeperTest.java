package offhook.media;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.Optional;
import offhook.call.CallId;
import offhook.call.CodecPreference;
import offhook.call.LegId;
import offhook.call.MediaProfile;
import offhook.net.PacketBuffer;
import offhook.telemetry.Counters;
import offhook.trace.MediaTap;
import org.testng.annotations.BeforeMethod;
import org.testng.annotations.Test;

/// Several traces want headers of the same call, and end at different times.
public class HeaderKeeperTest {

    private static final InetSocketAddress HERE = new InetSocketAddress("192.0.2.1", 10_000);
    private static final InetSocketAddress PEER = new InetSocketAddress("198.51.100.7", 4_000);
    private static final MediaProfile BROWSER =
            new MediaProfile.Browser(CodecPreference.QUALITY, Optional.empty());

    private final CallId call = CallId.next();
    private final LegId leg = new LegId(call, 1);
    private MediaWatchers watchers;
    private HeaderKeeper keeper;

    @BeforeMethod
    public void begin() throws IOException {
        watchers = new MediaWatchers();
        watchers.tap(MediaTap.NONE, 10);
        LoopKit kit = LoopKits.dry(new MediaLoop(0, () -> 0, new Counters()), new Counters());
        keeper = new HeaderKeeper(kit, watchers);
    }

    private static void passes(LegTape tape) {
        PacketBuffer packet = new PacketBuffer().clear().append(new byte[172], 0, 172);
        tape.rtp(true, packet, HERE, PEER, 0);
    }

    private int kept() {
        return keeper.copy(call).map(ring -> ring.tape().packets().size()).orElse(0);
    }

    @Test
    public void theEndOfACallsTraceLeavesWhatOthersWant() {
        watchers.keepAll(true);
        LegTape tape = keeper.tapeOf(leg, BROWSER);
        keeper.keep(call);
        keeper.rest(call);

        passes(tape);

        assertThat(kept()).isOne();
    }

    /// A trace of all is of calls that begin while it lasts, to their ends.
    @Test
    public void theEndOfBothTracesLeavesWhatBeganMeanwhile() {
        watchers.keepAll(true);
        LegTape tape = keeper.tapeOf(leg, BROWSER);
        watchers.keepAll(false);
        keeper.keep(call);
        keeper.rest(call);

        passes(tape);

        assertThat(kept()).isOne();
    }

    @Test
    public void whatNobodyWantsAnyMoreIsKeptOfNoLeg() {
        LegTape tape = keeper.tapeOf(leg, BROWSER);
        keeper.keep(call);
        passes(tape);
        keeper.rest(call);
        LegTape later = keeper.tapeOf(new LegId(call, 2), BROWSER);

        passes(tape);
        passes(later);

        assertThat(kept()).isOne();
    }

    @Test
    public void aTraceThatBeginsAgainGoesOnWithAllLegs() {
        LegTape tape = keeper.tapeOf(leg, BROWSER);
        keeper.keep(call);
        keeper.rest(call);
        LegTape later = keeper.tapeOf(new LegId(call, 2), BROWSER);
        keeper.keep(call);

        passes(tape);
        passes(later);

        assertThat(kept()).isEqualTo(2);
    }
}
