package offhook.http;

import java.util.List;
import org.eclipse.jetty.http.HttpField;
import org.eclipse.jetty.http.PreEncodedHttpField;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;

/// Puts on every answer what tells browsers to be strict: code from here only, no frames, no
/// guessing of types.
public final class SecurityHeaders extends Handler.Wrapper {

    private final List<HttpField> fields;

    private SecurityHeaders(Handler handler, String content, String permissions) {
        super(handler);
        this.fields =
                List.of(
                        new PreEncodedHttpField("Content-Security-Policy", content),
                        new PreEncodedHttpField("X-Content-Type-Options", "nosniff"),
                        new PreEncodedHttpField("Referrer-Policy", "no-referrer"),
                        new PreEncodedHttpField("Permissions-Policy", permissions));
    }

    /// For pages that make calls: they have the microphone.
    public static SecurityHeaders ofAgents(Handler handler) {
        return new SecurityHeaders(
                handler,
                "default-src 'none'; script-src 'self'; style-src 'self'; img-src"
                        + " 'self' data:; font-src 'self'; media-src 'self' blob:"
                        + " mediastream:; connect-src 'self' ws: wss:; worker-src"
                        + " 'self'; manifest-src 'self'; base-uri 'none'; form-action"
                        + " 'self'; frame-ancestors 'none'",
                "microphone=(self), camera=(), geolocation=(), payment=(), usb=()");
    }

    /// For pages that only read and ask.
    public static SecurityHeaders ofOperators(Handler handler) {
        return new SecurityHeaders(
                handler,
                "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self';"
                        + " connect-src 'self'; base-uri 'none'; form-action 'none';"
                        + " frame-ancestors 'none'",
                "microphone=(), camera=(), geolocation=(), payment=(), usb=()");
    }

    @Override
    public boolean handle(Request request, Response response, Callback callback) throws Exception {
        fields.forEach(response.getHeaders()::put);
        return super.handle(request, response, callback);
    }
}
