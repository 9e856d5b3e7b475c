package offhook.blackbox;

import java.util.List;
import offhook.trace.Recorded;

/// The ladder as a page that needs nothing else: each arrow leads to its message below.
final class LadderPage {

    private LadderPage() {}

    static String of(String title, Ladder ladder, List<Recorded> messages) {
        StringBuilder out = new StringBuilder(32_768);
        out.append(
                """
                <!DOCTYPE html>
                <html lang="en"><head><meta charset="utf-8">
                <meta name="viewport" content="width=device-width">
                <meta http-equiv="Content-Security-Policy" \
                content="default-src 'none'; style-src 'unsafe-inline'">
                <title>%1$s</title>
                <style>
                body { font-family: sans-serif; margin: 1.5em; color: #1a1a1a }
                pre { background: #f4f5f7; padding: .7em; white-space: pre-wrap; \
                overflow-wrap: anywhere }
                h1, h2 { overflow-wrap: anywhere }
                h2 { font-size: 1em; margin-bottom: .3em }
                .ladder { overflow-x: auto }
                :target { outline: 2px solid #1f5fa8 }
                </style></head><body>
                <h1>%1$s</h1>
                <p>Times are UTC, by the gateway's clock. Secrets are removed.</p>
                """
                        .formatted(Markup.text(title)));
        out.append("<div class=\"ladder\">").append(LadderSvg.of(ladder, true)).append("</div>\n");
        for (int i = 0; i < messages.size(); i++) {
            Recorded message = messages.get(i);
            out.append("<section id=\"m").append(i + 1).append("\"><h2>");
            out.append(Markup.text(MessagesText.head(i + 1, message))).append("</h2><pre>");
            out.append(Markup.text(message.text())).append("</pre></section>\n");
        }
        return out.append("</body></html>\n").toString();
    }
}
