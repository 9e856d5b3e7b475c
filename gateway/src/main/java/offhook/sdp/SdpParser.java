package offhook.sdp;

import java.net.InetAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import offhook.fault.Verdict;
import offhook.sdp.SessionDescription.Origin;
import org.jspecify.annotations.Nullable;

/// Reads session descriptions (RFC 8866 §9), strictly and within [SdpLimits]. What we have no use
/// for (`b=`, `k=`, unknown attributes) is skipped; `s=` and `t=` may be missing.
public final class SdpParser {

    private static final Pattern UNSIGNED = Pattern.compile("[0-9]{1,20}");

    private final SdpLimits limits;
    private @Nullable Origin origin;
    private String name = "-";
    private @Nullable InetAddress connection;
    private boolean iceLite;
    private List<String> bundle = List.of();
    private final MediaSectionReader session;
    private final List<MediaSectionReader> sections = new ArrayList<>();
    private int attributes;

    private SdpParser(SdpLimits limits) {
        this.limits = limits;
        this.session = new MediaSectionReader();
    }

    /// Reads a description of a phone or PBX, within [SdpLimits#TRUNK].
    ///
    /// @throws SdpException when it cannot be read, with the line and what is wrong
    public static SessionDescription parse(String text) throws SdpException {
        return parse(text, SdpLimits.TRUNK);
    }

    /// Reads a description.
    ///
    /// @throws SdpException when it cannot be read, with the line and what is wrong
    public static SessionDescription parse(String text, SdpLimits limits) throws SdpException {
        return new SdpParser(limits).read(SdpLines.of(text, limits));
    }

    private SessionDescription read(List<SdpLine> lines) throws SdpException {
        SdpLine first = lines.getFirst();
        if (first.type() != 'v' || !first.value().equals("0")) {
            throw first.malformed("a description begins with v=0");
        }
        for (SdpLine line : lines.subList(1, lines.size())) {
            switch (line.type()) {
                case 'v' -> throw line.malformed("second v=");
                case 'm' -> openSection(line);
                case 'c' -> onConnection(line);
                case 'a' -> onAttribute(line);
                case 'o' -> onOrigin(line);
                case 's' -> name = line.value().isBlank() ? "-" : line.value();
                default -> {}
            }
        }
        if (origin == null) {
            throw new SdpException(Verdict.badRequest(), "no o= line");
        }
        List<MediaSection> media = new ArrayList<>();
        for (MediaSectionReader section : sections) {
            media.add(section.toSection(session, Optional.ofNullable(connection)));
        }
        return new SessionDescription(
                origin, name, Optional.ofNullable(connection), iceLite, bundle, media);
    }

    private void openSection(SdpLine line) throws SdpException {
        if (sections.size() == limits.maxSections()) {
            throw line.unacceptable("more than " + limits.maxSections() + " media sections");
        }
        sections.add(new MediaSectionReader(line));
        attributes = 0;
    }

    private void onOrigin(SdpLine line) throws SdpException {
        String[] words = line.words(6);
        if (words.length != 6 || origin != null || !sections.isEmpty()) {
            throw line.malformed("not the one o= with six fields");
        }
        origin = new Origin(words[0], unsigned(line, words[1]), unsigned(line, words[2]), words[5]);
    }

    private static long unsigned(SdpLine line, String text) throws SdpException {
        if (UNSIGNED.matcher(text).matches()) {
            try {
                return Long.parseUnsignedLong(text);
            } catch (NumberFormatException e) {
                throw line.malformed("number of more than 64 bits");
            }
        }
        throw line.malformed("'" + SdpLine.quote(text) + "' is no number");
    }

    private void onConnection(SdpLine line) throws SdpException {
        InetAddress address = line.address(line.words(3), 0);
        if (sections.isEmpty()) {
            connection = address;
        } else {
            sections.getLast().connection(address);
        }
    }

    private void onAttribute(SdpLine line) throws SdpException {
        if (++attributes > limits.maxAttributes()) {
            throw line.unacceptable("more than " + limits.maxAttributes() + " attributes");
        }
        int colon = line.value().indexOf(':');
        String attribute = colon < 0 ? line.value() : line.value().substring(0, colon);
        String value = colon < 0 ? "" : line.value().substring(colon + 1).strip();
        if (!sections.isEmpty()) {
            sections.getLast().attribute(line, attribute, value);
        } else if (attribute.equals("ice-lite")) {
            iceLite = true;
        } else if (attribute.equals("group")) {
            onGroup(value);
        } else {
            session.attribute(line, attribute, value);
        }
    }

    private void onGroup(String value) {
        List<String> words = List.of(value.split(" +", -1));
        if (bundle.isEmpty() && words.getFirst().equals("BUNDLE")) {
            bundle = words.subList(1, words.size());
        }
    }
}
