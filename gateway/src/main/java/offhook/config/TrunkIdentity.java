package offhook.config;

import java.util.Optional;

/// Who callers are on a trunk, and which header fields pass.
///
/// @param names where calls that go out name the caller
/// @param fromUser the user of From in calls that go out, for trunks that want the account there;
///   empty: the caller's number
/// @param fromDomain the host of From, and of the caller's other names; empty: our address
/// @param contactUser the user of Contact in calls that go out; empty: `offhook`
/// @param trusted whether the trunk is believed when it asserts who calls
/// @param in header fields of the trunk that agents see
/// @param out header fields of agents, or of another trunk, that the trunk sees
public record TrunkIdentity(
        Names names,
        Optional<String> fromUser,
        Optional<String> fromDomain,
        Optional<String> contactUser,
        boolean trusted,
        HeaderAllowList in,
        HeaderAllowList out) {

    /// Which header field names the caller, besides From.
    public enum Names {
        /// None.
        FROM,
        /// P-Asserted-Identity (RFC 3325 §9.1).
        PAI,
        /// P-Preferred-Identity (RFC 3325 §9.2).
        PPI,
        /// Remote-Party-ID, which never became an RFC and which many PBXs still ask for.
        RPID
    }
}
