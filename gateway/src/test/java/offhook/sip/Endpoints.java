package offhook.sip;

import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import offhook.call.CallId;
import offhook.call.CodecPreference;
import offhook.call.IncomingCall;
import offhook.call.Leg;
import offhook.call.LegId;
import offhook.call.MediaProfile;
import offhook.call.Party;
import offhook.call.Target;
import offhook.config.LimitsConfig;
import offhook.config.Listen;
import offhook.config.NodeConfig;
import offhook.config.PortRange;
import offhook.config.SipConfig;
import offhook.config.TrunkConfig;
import offhook.runtime.NanoClock;
import offhook.sdp.SessionDescription;
import offhook.telemetry.Counters;

/// Endpoints for tests.
final class Endpoints {

    private Endpoints() {}

    /// One that serves UDP at an address, for ten calls at most, and is to be started.
    static SipEndpoint on(InetSocketAddress server, Counters counters, List<TrunkConfig> trunks) {
        return of(List.of(new Listen("udp", server)), counters, NanoClock.system(), trunks);
    }

    /// The same by a clock of the test's own.
    static SipEndpoint on(InetSocketAddress server, NanoClock clock, List<TrunkConfig> trunks) {
        return of(List.of(new Listen("udp", server)), new Counters(), clock, trunks);
    }

    /// The same with TCP besides.
    static SipEndpoint streaming(
            InetSocketAddress server, Counters counters, List<TrunkConfig> trunks) {
        List<Listen> listens = List.of(new Listen("udp", server), new Listen("tcp", server));
        return of(listens, counters, NanoClock.system(), trunks);
    }

    private static SipEndpoint of(
            List<Listen> listens, Counters counters, NanoClock clock, List<TrunkConfig> trunks) {
        return new SipEndpoint(
                new SipSettings(
                        new NodeConfig("test", Optional.empty()),
                        new SipConfig(listens, new PortRange(20000, 20100)),
                        trunks,
                        new LimitsConfig(10, 1000, Duration.ofSeconds(60), Duration.ofHours(1))),
                counters,
                clock);
    }

    /// A call that goes out.
    ///
    /// @param call what it hears of its leg
    record Dialled(RecordingIntake.Call call, Leg leg) {}

    /// Has an agent call a number on a trunk.
    static Dialled dial(
            SipEndpoint endpoint,
            String trunk,
            Party caller,
            String number,
            SessionDescription offer) {
        LegId id = new LegId(CallId.next(), 1);
        IncomingCall incoming =
                new IncomingCall(
                        "web",
                        caller,
                        new Party(number, ""),
                        new MediaProfile.Browser(CodecPreference.QUALITY, Optional.empty()),
                        Optional.empty(),
                        "bob/1");
        RecordingIntake.Call call = new RecordingIntake.Call(id.call(), incoming, null);
        Target target = new Target.Trunk(trunk, number);
        return new Dialled(
                call, endpoint.legs().ring(id, target, incoming, Optional.of(offer), call));
    }
}
