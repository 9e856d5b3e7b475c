package offhook.config;

import java.net.InetAddress;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// One SIP trunk.
///
/// @param name how routes name it
/// @param uri where calls go out to; empty for a trunk that only receives
/// @param addresses who may call in; empty: nobody
/// @param auth our digest credentials towards this trunk
/// @param register how to register with it; empty: not at all
/// @param outboundProxy by whom requests that open something go; empty: straight to the trunk
/// @param codecs what we speak on it, the preferred one first
/// @param dtmf how digits travel
/// @param srtp whether media is protected
/// @param media which sources of media are believed
/// @param mediaAddresses blocks in which media may be learned when `media` is not `strict`; empty:
///   as `addresses`
/// @param prefer what the audio of its calls toward browsers is for
/// @param sessionTimers how its calls are kept alive
/// @param preset what it takes from a preset; empty when it names none
/// @param setUp how its calls are set up
/// @param challenge what it must know to call in; empty: its address is enough
/// @param reach where else it is, how it is known to be there, and how much it is asked
/// @param transfers how its calls are transferred
/// @param identity who callers are on it, and which header fields pass
/// @param tls how it is known over TLS
/// @param advertised what it is told of where we are
public record TrunkConfig(
        String name,
        Optional<String> uri,
        List<Cidr> addresses,
        Optional<Auth> auth,
        Optional<Registering> register,
        Optional<String> outboundProxy,
        List<Codec> codecs,
        Dtmf dtmf,
        Srtp srtp,
        MediaSource media,
        List<Cidr> mediaAddresses,
        MediaConfig.Prefer prefer,
        SessionTimers sessionTimers,
        Optional<Preset> preset,
        CallSetUp setUp,
        Optional<CallerChallenge> challenge,
        TrunkReach reach,
        TransferTerms transfers,
        TrunkIdentity identity,
        TrunkTls tls,
        TrunkAdvertised advertised) {

    private static final Pattern URI_HOST =
            Pattern.compile("sips?:(?:[^@]+@)?(\\[[^]]+]|[^:;]+).*");

    /// The address that `uri` names; empty when it names a host, which DNS knows, or is not set.
    public Optional<InetAddress> uriAddress() {
        return uri.flatMap(TrunkConfig::address);
    }

    static Optional<InetAddress> address(String uri) {
        Matcher parts = URI_HOST.matcher(uri);
        return parts.matches() ? Addresses.parseHost(parts.group(1)) : Optional.empty();
    }

    /// A named set of settings.
    ///
    /// @param name which one
    /// @param settings those that came from it, as the file would say them
    public record Preset(String name, List<String> settings) {}

    /// Who we are to the trunk when it asks (RFC 3261 §22).
    ///
    /// @param realm the only realm that is answered; empty: any that the trunk names
    /// @param inDialog whether requests within a call are answered for, too; only with a realm
    public record Auth(
            String username, Secret password, Optional<String> realm, boolean inDialog) {}

    /// How we register with a trunk (RFC 3261 §10.2).
    ///
    /// @param contactUser by which name the trunk calls us; empty: the user of `auth`
    /// @param expires how long we ask for
    /// @param registrars with whom, each by itself; at least one
    public record Registering(
            Optional<String> contactUser, Duration expires, List<Registrar> registrars) {

        public Registering {
            registrars = List.copyOf(registrars);
        }
    }

    /// One with whom we register.
    ///
    /// @param uri of the registrar; empty in a file that has errors only
    /// @param outboundProxy by whom REGISTER goes; empty: straight to the registrar
    public record Registrar(Optional<String> uri, Optional<String> outboundProxy) {

        /// As people know it.
        public String name() {
            return uri.orElse("nobody") + outboundProxy.map(proxy -> " over " + proxy).orElse("");
        }
    }

    /// How calls are kept alive that last (RFC 4028).
    ///
    /// @param expiresSeconds what calls that go out ask for; 0: nothing
    /// @param minSeconds the least that is agreed to, 90 or more
    /// @param always whether calls are refreshed too whose peer asks for no timer or knows none
    public record SessionTimers(int expiresSeconds, int minSeconds, boolean always) {

        /// What holds where the file says nothing.
        public static final SessionTimers DEFAULT = new SessionTimers(1800, 90, false);
    }

    /// Audio codecs a trunk may carry.
    public enum Codec {
        PCMA,
        PCMU,
        G722,
        OPUS
    }

    /// How digits travel.
    public enum Dtmf {
        RFC4733,
        INFO,
        INBAND,
        AUTO
    }

    /// Whether media is protected (RFC 4568).
    public enum Srtp {
        OFF,
        OPTIONAL,
        REQUIRED
    }

    /// Which source of media is believed: exactly the address of the SDP; one that is learned
    /// within the trunk's blocks because a NAT may sit between; or that only where the SDP names a
    /// private address that its signalling does not come from.
    public enum MediaSource {
        STRICT,
        NAT,
        AUTO
    }
}
