package offhook.sip;

import gov.nist.javax.sip.message.SIPRequest;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import offhook.call.Enclosed;
import offhook.call.UserToUser;
import offhook.config.HeaderAllowList;

/// What a REFER gives along for the target: header fields of its own, and those that the URI of
/// Refer-To names for the INVITE (RFC 3261 §19.1.5), which go first. Of both only what the trunk's
/// allow-list names, so that nobody writes into an INVITE of ours what is ours to write. Pure.
final class ReferEnclosure {

    private static final String USER_TO_USER = "User-to-User";

    private ReferEnclosure() {}

    /// @param to the URI of Refer-To
    /// @throws SipRequestException 400 when the URI's header fields are escaped wrongly
    static Enclosed read(SIPRequest refer, String to, HeaderAllowList allowed)
            throws SipRequestException {
        Map<String, String> named = new LinkedHashMap<>();
        List<String> userToUser = new ArrayList<>();
        for (UriHeaders.Field field : UriHeaders.all(to)) {
            String value = PartyReader.unescape(field.value());
            if (value.isBlank() || value.chars().anyMatch(Character::isISOControl)) {
                continue;
            }
            if (field.name().equalsIgnoreCase(USER_TO_USER)) {
                userToUser.add(value.strip());
            }
            named.put(field.name(), value.strip());
        }
        Optional<UserToUser> said =
                UserToUserReader.first(userToUser).or(() -> UserToUserReader.read(refer));
        return new Enclosed(said, CopiedHeaders.read(named, refer, allowed));
    }
}
