package offhook.web;

import java.util.List;
import org.eclipse.jetty.http.HttpField;
import org.eclipse.jetty.http.PreEncodedHttpField;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;

/// Puts on every answer what tells browsers to be strict: code from here only, no frames, no
/// guessing of types, the microphone for this page alone.
final class SecurityHeaders extends Handler.Wrapper {

    private static final List<HttpField> FIELDS =
            List.of(
                    new PreEncodedHttpField(
                            "Content-Security-Policy",
                            "default-src 'none'; script-src 'self'; style-src 'self'; img-src"
                                    + " 'self' data:; font-src 'self'; media-src 'self' blob:"
                                    + " mediastream:; connect-src 'self' ws: wss:; worker-src"
                                    + " 'self'; manifest-src 'self'; base-uri 'none'; form-action"
                                    + " 'self'; frame-ancestors 'none'"),
                    new PreEncodedHttpField("X-Content-Type-Options", "nosniff"),
                    new PreEncodedHttpField("Referrer-Policy", "no-referrer"),
                    new PreEncodedHttpField(
                            "Permissions-Policy",
                            "microphone=(self), camera=(), geolocation=(), payment=(), usb=()"));

    SecurityHeaders(Handler handler) {
        super(handler);
    }

    @Override
    public boolean handle(Request request, Response response, Callback callback) throws Exception {
        FIELDS.forEach(response.getHeaders()::put);
        return super.handle(request, response, callback);
    }
}
