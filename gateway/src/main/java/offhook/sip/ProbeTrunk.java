package offhook.sip;

import java.net.InetAddress;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import offhook.call.IncomingCall;
import offhook.config.CallSetUp;
import offhook.config.HeaderAllowList;
import offhook.config.MediaConfig;
import offhook.config.TransferTerms;
import offhook.config.TrunkAdvertised;
import offhook.config.TrunkConfig;
import offhook.config.TrunkIdentity;
import offhook.config.TrunkReach;
import offhook.config.TrunkTls;

/// The trunk by which the gateway calls itself. It has a name that no trunk of a file can have, and
/// no address: what comes from the socket that [SipEndpoint#admitProbe] names is its.
public final class ProbeTrunk {

    /// As a trunk with G.711 in the clear that wants nothing special. Its media stay on this
    /// machine, where a trunk that is told another address of ours may name none of.
    public static final TrunkConfig CONFIG =
            new TrunkConfig(
                    IncomingCall.PROBE,
                    Optional.empty(),
                    List.of(),
                    Optional.empty(),
                    Optional.empty(),
                    Optional.empty(),
                    List.of(TrunkConfig.Codec.PCMA),
                    TrunkConfig.Dtmf.RFC4733,
                    TrunkConfig.Srtp.OFF,
                    TrunkConfig.MediaSource.STRICT,
                    List.of(),
                    MediaConfig.Prefer.QUALITY,
                    TrunkConfig.SessionTimers.DEFAULT,
                    Optional.empty(),
                    new CallSetUp(CallSetUp.Reliable.OFF, false, List.of()),
                    Optional.empty(),
                    new TrunkReach(
                            List.of(),
                            Optional.empty(),
                            TrunkReach.Failover.DEFAULT,
                            new TrunkReach.Load(OptionalInt.empty(), OptionalInt.empty())),
                    TransferTerms.DEFAULT,
                    new TrunkIdentity(
                            TrunkIdentity.Names.FROM,
                            Optional.empty(),
                            Optional.empty(),
                            Optional.empty(),
                            false,
                            HeaderAllowList.NOTHING,
                            HeaderAllowList.NOTHING),
                    TrunkTls.DEFAULT,
                    new TrunkAdvertised(
                            Optional.empty(), Optional.of(InetAddress.ofLiteral("127.0.0.1"))));

    private ProbeTrunk() {}
}
