package offhook.sip;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import offhook.config.Cidr;
import offhook.config.MediaConfig;
import offhook.config.TrunkConfig;
import offhook.runtime.NanoClock;
import offhook.telemetry.Counters;

/// Trunks and front doors for tests.
final class Doors {

    private Doors() {}

    static FrontDoor forTrunk(String... blocks) {
        return with(new Counters(), NanoClock.system(), 1000, trunk("pbx", blocks));
    }

    static FrontDoor with(
            Counters counters, NanoClock clock, int perSecond, TrunkConfig... trunks) {
        return new FrontDoor(
                new SipTrunks(List.of(trunks)),
                new Dialogs(),
                new SourceLimiter(clock, perSecond),
                counters);
    }

    static TrunkConfig trunk(String name, String... blocks) {
        return trunk(name, Optional.empty(), Optional.empty(), blocks);
    }

    /// A trunk that calls go out to, and that may not call in.
    static TrunkConfig trunkAt(String name, String uri) {
        return trunk(name, Optional.of(uri), Optional.empty());
    }

    /// A trunk that asks who we are.
    static TrunkConfig trunkAt(String name, String uri, TrunkConfig.Auth auth) {
        return trunk(name, Optional.of(uri), Optional.of(auth));
    }

    /// A trunk that we register with.
    static TrunkConfig registering(
            String name, String uri, TrunkConfig.Auth auth, Optional<String> outboundProxy) {
        TrunkConfig plain = trunk(name, Optional.of(uri), Optional.of(auth));
        return new TrunkConfig(
                name,
                plain.uri(),
                plain.addresses(),
                plain.auth(),
                Optional.of(
                        new TrunkConfig.Registering(
                                Optional.empty(), Optional.of("desk"), Duration.ofMinutes(5))),
                outboundProxy,
                plain.codecs(),
                plain.dtmf(),
                plain.srtp(),
                plain.media(),
                plain.mediaAddresses(),
                plain.prefer(),
                plain.sessionTimers());
    }

    private static TrunkConfig trunk(
            String name, Optional<String> uri, Optional<TrunkConfig.Auth> auth, String... blocks) {
        return new TrunkConfig(
                name,
                uri,
                Arrays.stream(blocks).map(Doors::cidr).toList(),
                auth,
                Optional.empty(),
                Optional.empty(),
                List.of(TrunkConfig.Codec.PCMA),
                TrunkConfig.Dtmf.AUTO,
                TrunkConfig.Srtp.OFF,
                TrunkConfig.MediaSource.STRICT,
                List.of(),
                MediaConfig.Prefer.QUALITY,
                TrunkConfig.SessionTimers.DEFAULT);
    }

    static Cidr cidr(String text) {
        int slash = text.indexOf('/');
        InetAddress network = address(slash < 0 ? text : text.substring(0, slash));
        int length =
                slash < 0
                        ? network.getAddress().length * 8
                        : Integer.parseInt(text.substring(slash + 1));
        return new Cidr(network, length);
    }

    static InetAddress address(String literal) {
        try {
            return InetAddress.getByName(literal);
        } catch (UnknownHostException e) {
            throw new IllegalArgumentException(literal, e);
        }
    }
}
