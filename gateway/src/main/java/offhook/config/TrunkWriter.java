package offhook.config;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;
import offhook.config.TrunkConfig.Registering;
import offhook.config.TrunkReach.Ping;

/// Writes a trunk, the counterpart of [TrunkReader] and of those that it asks.
final class TrunkWriter {

    private TrunkWriter() {}

    static WrittenSection trunk(TrunkConfig trunk) {
        WrittenSection section =
                new WrittenSection()
                        .put("name", trunk.name())
                        .put("preset", trunk.preset().map(TrunkConfig.Preset::name));
        trunk.uri().ifPresent(first -> section.putOneOrList("uri", uris(first, trunk.reach())));
        section.put("advertise", trunk.advertised().signalling())
                .put("advertise-media", trunk.advertised().media())
                .put("addresses", trunk.addresses())
                .put("tls", Optional.of(tls(trunk.tls())).filter(tls -> !tls.isEmpty()))
                .put("challenge", trunk.challenge().map(TrunkWriter::challenge))
                .put("auth", trunk.auth().map(TrunkWriter::auth));
        reach(section, trunk.reach());
        register(section, trunk);
        identity(section, trunk.identity());
        section.put("codecs", trunk.codecs().stream().map(TrunkReader.CODECS::of).toList())
                .put("dtmf", TrunkReader.DTMF.of(trunk.dtmf()))
                .put("srtp", TrunkReader.SRTP.of(trunk.srtp()))
                .put("media", TrunkReader.MEDIA.of(trunk.media()))
                .putUnlessEmpty("media-addresses", trunk.mediaAddresses())
                .put("prefer", Preferences.PREFER.of(trunk.prefer()))
                .put("session-timer", sessionTimer(trunk.sessionTimers()))
                .put("100rel", TrunkSetUpReader.RELIABLE.of(trunk.setUp().reliable()))
                .put("ringback", trunk.setUp().ringback())
                .putUnlessEmpty("redirect-hosts", trunk.setUp().redirectHosts())
                .put("transfer", TrunkTransferReader.word(trunk.transfers()))
                .put("accept-refer", trunk.transfers().acceptRefer());
        return section;
    }

    private static List<String> uris(String first, TrunkReach reach) {
        List<String> all = new ArrayList<>(List.of(first));
        all.addAll(reach.moreUris());
        return all;
    }

    private static WrittenSection tls(TrunkTls tls) {
        return new WrittenSection()
                .put("ca", tls.ca())
                .putUnlessEmpty("server-names", tls.serverNames())
                .putUnlessEmpty("client-names", tls.clientNames());
    }

    private static WrittenSection challenge(CallerChallenge challenge) {
        return new WrittenSection()
                .put("username", challenge.username())
                .put("password", challenge.password())
                .put("realm", challenge.realm())
                .put(
                        "algorithms",
                        challenge.algorithms().stream()
                                .map(TrunkChallengeReader.ALGORITHMS::of)
                                .toList())
                .put("sources", TrunkChallengeReader.SOURCES.of(challenge.sources()));
    }

    private static WrittenSection auth(TrunkConfig.Auth auth) {
        return new WrittenSection()
                .put("username", auth.username())
                .put("password", auth.password())
                .put("realm", auth.realm())
                .put("in-dialog", auth.inDialog());
    }

    private static void reach(WrittenSection section, TrunkReach reach) {
        section.put("ping", reach.ping().map(TrunkWriter::ping))
                .put("failover-seconds", reach.failover().patience())
                .put("failover-codes", new TreeSet<>(reach.failover().codes()))
                .put("max-calls", reach.load().maxCalls())
                .put("calls-per-second", reach.load().callsPerSecond());
    }

    private static WrittenSection ping(Ping ping) {
        return new WrittenSection()
                .put("seconds", ping.every())
                .put("timeout-seconds", ping.timeout())
                .put("fails", ping.fails())
                .put("goods", ping.goods());
    }

    /// Where the trunk is not registered with, by whom and how long means nothing.
    private static void register(WrittenSection section, TrunkConfig trunk) {
        Optional<Registering> terms = trunk.register();
        section.put("register", terms.isPresent())
                .put("registrar", terms.flatMap(known -> known.registrars().getFirst().uri()))
                .put("contact-user", trunk.identity().contactUser())
                .put("register-expires", terms.map(Registering::expires))
                .put("outbound-proxy", trunk.outboundProxy());
        terms.ifPresent(known ->
                section.putUnlessEmpty(
                        "also-register",
                        known.registrars().stream()
                                .skip(1)
                                .map(each ->
                                        new WrittenSection()
                                                .put("registrar", each.uri())
                                                .put("outbound-proxy", each.outboundProxy()))
                                .toList()));
    }

    private static void identity(WrittenSection section, TrunkIdentity identity) {
        section.put("identity", TrunkIdentityReader.NAMES.of(identity.names()))
                .put("from-user", identity.fromUser())
                .put("from-domain", identity.fromDomain())
                .put("trust-identity", identity.trusted())
                .put(
                        "headers",
                        new WrittenSection()
                                .put("in", identity.in().names())
                                .put("out", identity.out().names()));
    }

    private static WrittenSection sessionTimer(TrunkConfig.SessionTimers timers) {
        return new WrittenSection()
                .put("expires", timers.expiresSeconds())
                .put("min", timers.minSeconds())
                .put("always", timers.always());
    }
}
