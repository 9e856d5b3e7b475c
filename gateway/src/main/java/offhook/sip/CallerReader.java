package offhook.sip;

import gov.nist.javax.sip.message.SIPMessage;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import offhook.call.CallDetails.Verification;
import offhook.call.Party;

/// Who calls (RFC 3325 §9, RFC 3323 §4.2). From is what the caller says of itself. Of a trunk that
/// is believed, P-Asserted-Identity, P-Preferred-Identity and Remote-Party-ID come first, in this
/// order; of any other they say nothing.
///
/// @param caller nobody when withheld
/// @param withheld whether the caller wants to be known to nobody
record CallerReader(Party caller, boolean withheld, Verification verification) {

    private static final Set<String> WITHHOLDING = Set.of("id", "user", "header");

    /// @param trusted whether the trunk is believed
    static CallerReader read(SIPMessage invite, boolean trusted) {
        Set<String> privacy = privacy(invite);
        Optional<NamedAddress> from = NamedAddress.all(invite, "From").stream().findFirst();
        List<NamedAddress> asserted = trusted ? asserted(invite) : List.of();
        boolean withheld = privacy.stream().anyMatch(WITHHOLDING::contains);
        if (!privacy.contains("none")) {
            withheld |= from.map(NamedAddress::isAnonymous).orElse(false);
        }
        List<NamedAddress> believed = asserted.isEmpty() ? from.stream().toList() : asserted;
        String remote = believed.isEmpty() ? "" : privacyOf(believed.getFirst());
        withheld = withheld || remote.equals("full");
        if (withheld || believed.isEmpty()) {
            return new CallerReader(Party.WITHHELD, withheld, Verification.UNKNOWN);
        }
        String number = remote.equals("uri") ? "" : number(believed);
        String name = remote.equals("name") ? "" : name(believed);
        boolean samePerson = from.isPresent() && number(List.of(from.get())).equals(number);
        if (name.isEmpty() && samePerson && !remote.equals("name")) {
            name = from.get().displayName();
        }
        String verstat = verstat(believed);
        if (verstat.isEmpty() && samePerson) {
            verstat = from.get().verstat();
        }
        return new CallerReader(
                new Party(number, name),
                false,
                trusted && !number.isEmpty() ? verification(verstat) : Verification.UNKNOWN);
    }

    /// What the message asks to be kept secret (RFC 3323 §4.2), in lower case.
    static Set<String> privacy(SIPMessage message) {
        Set<String> wanted = new HashSet<>();
        for (String line : FieldValues.lines(message, "Privacy")) {
            Arrays.stream(line.toLowerCase(Locale.ROOT).split("[;,\\s]+", -1)).forEach(wanted::add);
        }
        return wanted;
    }

    private static List<NamedAddress> asserted(SIPMessage invite) {
        for (String name : List.of("P-Asserted-Identity", "P-Preferred-Identity")) {
            List<NamedAddress> found = NamedAddress.all(invite, name);
            if (!found.isEmpty()) {
                return found;
            }
        }
        return NamedAddress.all(invite, "Remote-Party-ID").stream()
                .filter(remote ->
                        remote.parameters().getOrDefault("party", "calling").equals("calling"))
                .limit(1)
                .toList();
    }

    /// A field may name one party twice, by `sip:` and by `tel:` (RFC 3325 §9.1): a telephone
    /// number says more than a user's name.
    private static String number(List<NamedAddress> party) {
        return party.stream()
                .map(NamedAddress::number)
                .filter(number -> number.matches("[+]?[0-9*#]+"))
                .findFirst()
                .orElse(party.getFirst().number());
    }

    private static String name(List<NamedAddress> party) {
        return party.stream()
                .map(NamedAddress::displayName)
                .filter(name -> !name.isEmpty())
                .findFirst()
                .orElse("");
    }

    private static String verstat(List<NamedAddress> party) {
        return party.stream()
                .map(NamedAddress::verstat)
                .filter(value -> !value.isEmpty())
                .findFirst()
                .orElse("");
    }

    /// The `privacy` of Remote-Party-ID; no other field has it.
    private static String privacyOf(NamedAddress party) {
        return party.parameters().getOrDefault("privacy", "off").toLowerCase(Locale.ROOT);
    }

    /// TS 24.229 §7.2A.20 knows passed, failed and no validation; providers add the attestation of
    /// ATIS-1000074 §5.2.3, of which only A says that the caller may use the number.
    private static Verification verification(String verstat) {
        return switch (verstat.toLowerCase(Locale.ROOT)) {
            case "tn-validation-passed", "tn-validation-passed-a" -> Verification.PASSED;
            case "tn-validation-passed-b",
                    "tn-validation-passed-c",
                    "tn-validation-failed",
                    "tn-validation-failed-a",
                    "tn-validation-failed-b",
                    "tn-validation-failed-c" ->
                    Verification.FAILED;
            default -> Verification.UNKNOWN;
        };
    }
}
