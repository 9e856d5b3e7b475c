package offhook.e2e.call;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;

/// The web site of a shop, of another origin than the gateway's, under the strict policy that the
/// documents give, with the button by the one tag that they give.
final class ShopPage implements AutoCloseable {
    private final HttpServer server;
    private volatile String body = "";
    private volatile String policy = "";

    ShopPage() {
        try {
            server =
                    HttpServer.create(
                            new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        server.createContext(
                "/",
                exchange -> {
                    byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
                    exchange.getResponseHeaders().add("Content-Type", "text/html; charset=utf-8");
                    exchange.getResponseHeaders().add("Content-Security-Policy", policy);
                    exchange.sendResponseHeaders(200, bytes.length);
                    exchange.getResponseBody().write(bytes);
                    exchange.close();
                });
        server.start();
    }

    String origin() {
        return "http://127.0.0.1:" + server.getAddress().getPort();
    }

    /// Shows the button of a site.
    ///
    /// @param gateway as `http://127.0.0.1:8080`
    /// @return the address of the page
    String with(String gateway, String site, String attributes) {
        policy =
                "default-src 'none'; script-src "
                        + gateway
                        + "; connect-src "
                        + gateway
                        + " "
                        + gateway.replaceFirst("^http", "ws");
        body =
                """
                <!doctype html>
                <html lang="en"><head><meta charset="utf-8"><title>Shop</title></head>
                <body><h1>Shop</h1><p>Questions?</p>
                <script type="module" src="%s/client/button.js" data-site="%s" %s></script>
                </body></html>
                """
                        .formatted(gateway, site, attributes);
        return origin() + "/cart?coupon=secret";
    }

    @Override
    public void close() {
        server.stop(0);
    }
}
