package offhook.web;

import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import offhook.config.AgentsConfig;
import offhook.runtime.Threads;
import offhook.telemetry.Counter;
import offhook.telemetry.Counters;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.http.HttpMethod;
import org.eclipse.jetty.http.HttpStatus;
import org.eclipse.jetty.io.Content;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;
import org.eclipse.jetty.util.Promise;

/// `POST /api/token`: changes name and password into a token. Runs on a virtual thread a request.
final class TokenHandler extends Handler.Abstract {

    static final String PATH = "/api/token";

    private static final int MAX_BODY_BYTES = 4_096;
    private static final int BODY_SECONDS = 5;
    private static final int MAX_NAME_CHARS = 128;
    private static final int MAX_PASSWORD_CHARS = 1_024;

    private final Passwords passwords;
    private final AgentTokens tokens;
    private final Origins origins;
    private final SignInGuard guard;
    private final RefusalLog refusals;
    private final Counters counters;

    TokenHandler(
            Passwords passwords,
            AgentTokens tokens,
            Origins origins,
            SignInGuard guard,
            RefusalLog refusals,
            Counters counters) {
        this.passwords = passwords;
        this.tokens = tokens;
        this.origins = origins;
        this.guard = guard;
        this.refusals = refusals;
        this.counters = counters;
    }

    @Override
    public boolean handle(Request request, Response response, Callback callback) {
        if (!PATH.equals(Request.getPathInContext(request))) {
            return false;
        }
        Optional<String> origin = Optional.ofNullable(request.getHeaders().get(HttpHeader.ORIGIN));
        if (origin.isPresent() && !origins.allows(origin)) {
            counters.increment(Counter.WEB_REFUSED_ORIGIN);
            refusals.refused(
                    RefusalLog.Kind.ORIGIN, ClientAddress.of(request), "origin", origin.get());
            HttpAnswer.error(response, callback, HttpStatus.FORBIDDEN_403, WebError.FORBIDDEN);
            return true;
        }
        origin.ifPresent(o -> allowOrigin(response, o));
        if (HttpMethod.OPTIONS.is(request.getMethod())) {
            response.setStatus(HttpStatus.NO_CONTENT_204);
            callback.succeeded();
        } else if (!HttpMethod.POST.is(request.getMethod())) {
            response.getHeaders().put(HttpHeader.ALLOW, "POST, OPTIONS");
            HttpAnswer.error(
                    response, callback, HttpStatus.METHOD_NOT_ALLOWED_405, WebError.MALFORMED);
        } else if (!isJson(request)) {
            HttpAnswer.error(
                    response, callback, HttpStatus.UNSUPPORTED_MEDIA_TYPE_415, WebError.MALFORMED);
        } else {
            signIn(request, response, callback);
        }
        return true;
    }

    /// For pages of other allowed origins (Fetch, CORS protocol).
    private static void allowOrigin(Response response, String origin) {
        response.getHeaders().put("Access-Control-Allow-Origin", origin);
        response.getHeaders().put("Access-Control-Allow-Methods", "POST");
        response.getHeaders().put("Access-Control-Allow-Headers", "content-type");
        response.getHeaders().put(HttpHeader.VARY, "Origin");
    }

    private static boolean isJson(Request request) {
        String type = request.getHeaders().get(HttpHeader.CONTENT_TYPE);
        return type != null
                && type.split(";", 2)[0].strip().equalsIgnoreCase("application/json")
                && !request.getHeaders().contains(HttpHeader.CONTENT_ENCODING);
    }

    private void signIn(Request request, Response response, Callback callback) {
        String address = ClientAddress.of(request);
        try {
            JsonFields fields = JsonFields.read(body(request));
            fields.allowOnly(Set.of("name", "password"));
            String name = fields.text("name", MAX_NAME_CHARS);
            String password = fields.text("password", MAX_PASSWORD_CHARS);
            long blockedNanos = guard.blockedNanos(name, address);
            if (blockedNanos > 0) {
                refuse(response, callback, blockedNanos);
            } else {
                Threads.pause(guard.delayNanos(name));
                answer(response, callback, address, name, password);
            }
        } catch (MessageException e) {
            HttpAnswer.json(
                    response,
                    callback,
                    HttpStatus.BAD_REQUEST_400,
                    MessageWriter.object(json ->
                            MessageWriter.error(
                                    json,
                                    WebError.MALFORMED.object(String.valueOf(e.getMessage())))));
        }
    }

    private static String body(Request request) throws MessageException {
        CompletableFuture<byte[]> whole = new CompletableFuture<>();
        Content.Source.asByteArrayAsync(
                request, MAX_BODY_BYTES, Promise.Invocable.toPromise(whole));
        try {
            byte[] bytes = whole.get(BODY_SECONDS, TimeUnit.SECONDS);
            return new String(bytes, StandardCharsets.UTF_8);
        } catch (ExecutionException | TimeoutException _) {
            throw new MessageException(
                    true, "the body must come at once and be at most " + MAX_BODY_BYTES + " bytes");
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
            throw new MessageException(true, "the gateway is stopping");
        }
    }

    private static void refuse(Response response, Callback callback, long blockedNanos) {
        long seconds = TimeUnit.NANOSECONDS.toSeconds(blockedNanos) + 1;
        response.getHeaders().put(HttpHeader.RETRY_AFTER, seconds);
        HttpAnswer.error(response, callback, HttpStatus.TOO_MANY_REQUESTS_429, WebError.TOO_MANY);
    }

    private void answer(
            Response response, Callback callback, String address, String name, String password) {
        switch (passwords.check(name, password)) {
            case RIGHT -> {
                AgentsConfig.User user = passwords.user(name).orElseThrow();
                HttpAnswer.json(response, callback, HttpStatus.OK_200, granted(user));
            }
            case WRONG -> {
                guard.failed(name, address);
                counters.increment(Counter.WEB_REFUSED_TOKEN);
                refusals.refused(RefusalLog.Kind.PASSWORD, address, "name", name);
                HttpAnswer.error(
                        response, callback, HttpStatus.UNAUTHORIZED_401, WebError.BAD_CREDENTIALS);
            }
            case OVERLOADED -> {
                response.getHeaders().put(HttpHeader.RETRY_AFTER, 5);
                HttpAnswer.error(
                        response, callback, HttpStatus.SERVICE_UNAVAILABLE_503, WebError.BUSY);
            }
        }
    }

    private String granted(AgentsConfig.User user) {
        return MessageWriter.object(json -> {
            json.writeStringField("token", tokens.issue(user.name()));
            json.writeNumberField("expires-in", tokens.lifetime().toSeconds());
            json.writeStringField("agent", user.name());
            json.writeStringField("display-name", user.displayName());
        });
    }
}
