package offhook.sip;

import gov.nist.javax.sip.message.SIPMessage;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import offhook.call.Diversion;
import offhook.call.Party;

/// Who was called before, by Diversion (RFC 5806) or, where that is missing, by History-Info (RFC
/// 7044, and RFC 4244 before it). Pure.
final class DiversionReader {

    private static final int MAX_DIVERSIONS = 8;
    private static final String UNKNOWN = "unknown";

    /// RFC 5806 §4.
    private static final Set<String> REASONS =
            Set.of(
                    "user-busy",
                    "no-answer",
                    "unavailable",
                    "unconditional",
                    "time-of-day",
                    "do-not-disturb",
                    "deflection",
                    "follow-me",
                    "out-of-service",
                    "away");

    /// RFC 4458 §2, in the words of RFC 5806.
    private static final Map<String, String> BY_CAUSE =
            Map.of(
                    "302", "unconditional",
                    "404", UNKNOWN,
                    "408", "no-answer",
                    "480", "deflection",
                    "486", "user-busy",
                    "487", "deflection",
                    "503", "unavailable",
                    "600", "user-busy",
                    "603", "deflection");

    private static final Pattern CAUSE =
            Pattern.compile("[;?&][^;?&]*\\bcause=([0-9]{3})\\b", Pattern.CASE_INSENSITIVE);
    private static final Pattern INDEX = Pattern.compile("[0-9]{1,4}(\\.[0-9]{1,4}){0,15}");

    private DiversionReader() {}

    /// The first that was called comes first.
    static List<Diversion> read(SIPMessage invite) {
        List<Diversion> diversions = diversions(invite);
        return diversions.isEmpty() ? history(invite) : diversions;
    }

    /// The topmost is the latest (RFC 5806 §3).
    private static List<Diversion> diversions(SIPMessage invite) {
        return firstOnes(
                NamedAddress.all(invite, "Diversion").reversed().stream()
                        .map(DiversionReader::diversion)
                        .toList());
    }

    private static Diversion diversion(NamedAddress from) {
        Map<String, String> parameters = from.parameters();
        String hidden = parameters.getOrDefault("privacy", "off").toLowerCase(Locale.ROOT);
        return new Diversion(
                party(from, hidden), reason(parameters.getOrDefault("reason", UNKNOWN)));
    }

    /// @param hidden `full`, `name`, `uri` or `off`
    private static Party party(NamedAddress address, String hidden) {
        boolean all = hidden.equals("full") || address.isAnonymous();
        return new Party(
                all || hidden.equals("uri") ? "" : address.number(),
                all || hidden.equals("name") ? "" : address.displayName());
    }

    private static String reason(String written) {
        String word = written.toLowerCase(Locale.ROOT);
        return REASONS.contains(word) ? word : UNKNOWN;
    }

    /// Each entry whose next one names somebody else was diverted: a call that a proxy only sends
    /// to where its number lives keeps the number.
    private static List<Diversion> history(SIPMessage invite) {
        List<NamedAddress> targets =
                NamedAddress.all(invite, "History-Info").stream()
                        .filter(target -> INDEX.matcher(index(target)).matches())
                        .sorted(Comparator.comparing(target -> sortable(index(target))))
                        .toList();
        Set<String> privacy = CallerReader.privacy(invite);
        boolean secret = privacy.contains("history") || privacy.contains("header");
        List<Diversion> found = new ArrayList<>();
        for (int i = 0; i + 1 < targets.size(); i++) {
            NamedAddress from = targets.get(i);
            NamedAddress to = targets.get(i + 1);
            if (!from.number().equals(to.number())) {
                boolean hidden =
                        secret || headers(from).toLowerCase(Locale.ROOT).contains("privacy=");
                String cause = cause(to.uri());
                found.add(
                        new Diversion(
                                hidden
                                        ? Party.WITHHELD
                                        : new Party(from.number(), from.displayName()),
                                BY_CAUSE.getOrDefault(
                                        cause.isEmpty() ? cause(headers(from)) : cause, UNKNOWN)));
            }
        }
        return firstOnes(found);
    }

    private static String index(NamedAddress target) {
        return target.parameters().getOrDefault("index", "");
    }

    /// All parts of the index equally long: its order is that of its texts then.
    private static String sortable(String index) {
        return Arrays.stream(index.split("\\.", -1))
                .map(part -> "0".repeat(4 - part.length()) + part)
                .collect(Collectors.joining("."));
    }

    /// The header fields that the URI carries (RFC 7044 §5), `Reason` and `Privacy` among them.
    private static String headers(NamedAddress target) {
        String uri = target.uri();
        int question = uri.indexOf('?');
        // What would be no escape was refused with the number or the URI.
        return question < 0
                ? ""
                : URLDecoder.decode(uri.substring(question), StandardCharsets.UTF_8);
    }

    private static String cause(String text) {
        Matcher matcher = CAUSE.matcher(text);
        return matcher.find() ? matcher.group(1) : "";
    }

    private static List<Diversion> firstOnes(List<Diversion> all) {
        return List.copyOf(all.subList(0, Math.min(all.size(), MAX_DIVERSIONS)));
    }
}
