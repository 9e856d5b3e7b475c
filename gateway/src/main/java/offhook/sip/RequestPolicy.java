package offhook.sip;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import offhook.config.CallSetUp.Reliable;
import offhook.config.TrunkConfig;

/// What of the well-formed requests is served (RFC 3261 §8.2.1 to §8.2.3, §11). All else is refused
/// with what is missing, before it can cost a transaction. Pure.
final class RequestPolicy {

    /// The methods that are served toward every trunk.
    private static final String ALLOW = "INVITE, ACK, CANCEL, BYE, OPTIONS, UPDATE, INFO, PRACK";

    /// The bodies that are read, as `Accept` lists them.
    static final String ACCEPT = "application/sdp";

    private static final Set<String> KNOWN =
            Set.of("REGISTER", "MESSAGE", "SUBSCRIBE", "NOTIFY", "PUBLISH", "REFER");
    private static final Set<String> URI_SCHEMES = Set.of("sip", "sips", "tel");
    private static final Set<String> OFFER_METHODS = Set.of("INVITE", "UPDATE", "ACK", "PRACK");

    private RequestPolicy() {}

    /// The methods that are served toward a trunk, as `Allow` lists them.
    static List<String> allowed(TrunkConfig trunk) {
        List<String> methods = new ArrayList<>(List.of(ALLOW.split(", ", -1)));
        if (trunk.transfers().acceptRefer()) {
            methods.add("REFER");
        }
        if (trunk.transfers().refer()) {
            methods.add("NOTIFY");
        }
        return methods;
    }

    /// Judges a request that [MessageValidator] passed.
    ///
    /// @param bodyLengthBytes length of its body
    /// @param trunk who sent it
    /// @throws SipRequestException what to answer; never thrown for ACK and CANCEL
    static void check(RawMessage request, int bodyLengthBytes, TrunkConfig trunk)
            throws SipRequestException {
        String method = request.method();
        if (method.equals("ACK") || method.equals("CANCEL")) {
            return; // RFC 3261 §8.2.2.3: these follow what their INVITE was told
        }
        List<String> allowed = allowed(trunk);
        if (!allowed.contains(method)) {
            int status = KNOWN.contains(method) ? 405 : 501;
            throw SipRequestException.refused(
                    status,
                    "method not served",
                    new HeaderField("Allow", String.join(", ", allowed)));
        }
        String uri = request.startLine().split(" ", -1)[1];
        if (!URI_SCHEMES.contains(UriSyntax.scheme(uri))) {
            throw SipRequestException.refused(416, "URI scheme not served");
        }
        checkRequire(request, trunk);
        if (method.equals("INVITE")) {
            checkInvite(request);
            checkReliable(request, trunk);
        }
        if (bodyLengthBytes > 0 && OFFER_METHODS.contains(method)) {
            checkBody(request);
        }
    }

    /// RFC 3261 §8.2.2.3: what is required and not served is named in the refusal.
    private static void checkRequire(RawMessage request, TrunkConfig trunk)
            throws SipRequestException {
        List<String> fields = request.all("require");
        if (fields.isEmpty()) {
            return;
        }
        List<String> missing = new ArrayList<>();
        for (String tag : SipGrammar.list(String.join(", ", fields))) {
            if (!SipGrammar.isToken(tag)) {
                throw SipRequestException.malformed("Require is no list of option tags");
            }
            if (!OptionTags.serves(trunk, tag)) {
                missing.add(tag);
            }
        }
        if (!missing.isEmpty()) {
            throw SipRequestException.refused(
                    420,
                    "extension not served",
                    new HeaderField("Unsupported", String.join(", ", missing)));
        }
    }

    private static void checkInvite(RawMessage request) throws SipRequestException {
        if (SipGrammar.number(request.first("max-forwards").orElse(""), 255) == 0) {
            throw SipRequestException.refused(483, "too many hops"); // RFC 3261 §16.3
        }
        List<String> contacts = SipGrammar.list(String.join(",", request.all("contact")));
        if (contacts.size() != 1 || contacts.contains("*") || contacts.contains("")) {
            throw SipRequestException.malformed("an INVITE has exactly one Contact");
        }
        List<String> accept = request.all("accept");
        if (!accept.isEmpty() && accept.stream().noneMatch(RequestPolicy::acceptsSdp)) {
            throw SipRequestException.refused(406, "the caller takes no session description");
        }
    }

    /// RFC 3261 §21.4.16: a call whose sender must know what it does not.
    private static void checkReliable(RawMessage request, TrunkConfig trunk)
            throws SipRequestException {
        if (trunk.setUp().reliable() != Reliable.REQUIRED
                || !AddressField.read(request.first("to").orElse("")).tag().isEmpty()) {
            return;
        }
        String tags =
                String.join(", ", request.all("require"))
                        + ", "
                        + String.join(", ", request.all("supported"));
        if (SipGrammar.list(tags).stream().noneMatch(OptionTags.RELIABLE::equalsIgnoreCase)) {
            throw SipRequestException.refused(
                    421,
                    "the trunk is set to require 100rel",
                    new HeaderField("Require", OptionTags.RELIABLE));
        }
    }

    private static boolean acceptsSdp(String accept) {
        return SipGrammar.list(accept).stream()
                .map(range -> mediaType(range))
                .anyMatch(t -> Arrays.asList(ACCEPT, "application/*", "*/*").contains(t));
    }

    private static void checkBody(RawMessage request) throws SipRequestException {
        boolean sdp =
                request.first("content-type").map(t -> mediaType(t)).orElse("").equals(ACCEPT);
        String encoding = request.first("content-encoding").orElse("identity");
        if (!sdp || !encoding.equalsIgnoreCase("identity")) {
            throw SipRequestException.refused(
                    415, "body not served", new HeaderField("Accept", ACCEPT));
        }
    }

    private static String mediaType(String value) {
        int semicolon = value.indexOf(';');
        String type = semicolon < 0 ? value : value.substring(0, semicolon);
        return type.replaceAll("[ \t]", "").toLowerCase(Locale.ROOT);
    }
}
