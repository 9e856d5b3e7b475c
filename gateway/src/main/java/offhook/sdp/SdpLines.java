package offhook.sdp;

import java.util.ArrayList;
import java.util.List;
import offhook.fault.Blame;
import offhook.fault.Verdict;

/// Cuts a description into lines (RFC 8866 §5): each one letter, `=` and text, ended by CR LF or by
/// LF alone.
final class SdpLines {

    private static final String KNOWN_TYPES = "vosiuepcbtrzkam";

    private SdpLines() {}

    static List<SdpLine> of(String text, SdpLimits limits) throws SdpException {
        if (text.length() > limits.maxLength()) {
            throw new SdpException(
                    new Verdict(413, 1009, Blame.PEER),
                    "description of "
                            + text.length()
                            + " characters, at most "
                            + limits.maxLength());
        }
        List<SdpLine> lines = new ArrayList<>();
        int number = 0;
        boolean blank = false;
        for (String raw : text.split("\n", -1)) {
            number++;
            String line = raw.endsWith("\r") ? raw.substring(0, raw.length() - 1) : raw;
            if (line.isEmpty()) {
                blank = true; // forgiven at the end only
                continue;
            }
            lines.add(line(number, line, blank));
        }
        if (lines.isEmpty()) {
            throw new SdpException(Verdict.badRequest(), "description is empty");
        }
        return lines;
    }

    private static SdpLine line(int number, String line, boolean afterBlank) throws SdpException {
        SdpLine read =
                new SdpLine(number, line.charAt(0), line.substring(Math.min(2, line.length())));
        if (afterBlank) {
            throw read.malformed("follows an empty line");
        }
        if (line.length() < 2 || line.charAt(1) != '=') {
            throw new SdpException(
                    Verdict.badRequest(),
                    "line " + number + " '" + SdpLine.quote(line) + "': not of the form x=value");
        }
        // RFC 8866 §5: a description with a letter that is not understood is not read at all.
        if (KNOWN_TYPES.indexOf(read.type()) < 0) {
            throw read.malformed("unknown kind of line");
        }
        for (int i = 0; i < line.length(); i++) {
            char c = line.charAt(i);
            if (c == 0 || c == '\r') {
                throw read.malformed(c == 0 ? "NUL" : "CR without LF");
            }
        }
        return read;
    }
}
