package offhook.console;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.stream.Collectors;
import offhook.config.OpsUser;
import offhook.guard.PasswordHashes;
import offhook.guard.SignInGuard;
import offhook.http.ClientAddress;
import offhook.runtime.NanoClock;
import offhook.runtime.Threads;
import offhook.telemetry.AuditLog;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.http.HttpStatus;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;

/// `/api/session`: changes name and password into a token, and ends what a token shows. Passwords
/// are taken on loopback only, where nobody reads along. On a virtual thread a request.
final class SignIn {

    private static final int FAILURES = 10;
    private static final Duration WINDOW = Duration.ofMinutes(5);
    private static final int MAX_NAME_CHARS = 128;
    private static final int MAX_PASSWORD_CHARS = 1_024;
    private static final String INSECURE =
            "Passwords are not taken over plain HTTP: listen on 127.0.0.1, and come through a"
                    + " proxy with TLS or by ssh -L.";
    private static final String NO_USERS =
            "Nobody can sign in: list those who may under ops.users in the configuration.";

    private final boolean loopback;
    private final Access access;
    private final SignInGuard guard;
    private final AuditLog audit;

    /// Exchanged whole.
    private volatile Known known;

    private record Known(Map<String, OpsUser> users, PasswordHashes passwords) {}

    /// @param loopback whether only this machine reaches the port
    SignIn(boolean loopback, Access access, List<OpsUser> users, NanoClock clock, AuditLog audit) {
        this.loopback = loopback;
        this.access = access;
        this.guard = new SignInGuard(FAILURES, WINDOW.toNanos(), clock);
        this.audit = audit;
        this.known = known(users);
    }

    private static Known known(List<OpsUser> users) {
        return new Known(
                users.stream()
                        .collect(Collectors.toUnmodifiableMap(OpsUser::name, Function.identity())),
                new PasswordHashes(
                        users.stream()
                                .collect(
                                        Collectors.toMap(
                                                OpsUser::name,
                                                user -> user.passwordHash().value()))));
    }

    /// Makes ready who may sign in.
    ///
    /// @return has these sign in from then on; whoever is another then is signed out
    Runnable prepare(List<OpsUser> users) {
        Known wanted = known(users);
        return () -> {
            known = wanted;
            access.sessions().retain(users);
        };
    }

    boolean answer(Request request, Response response, Callback callback) {
        return switch (request.getMethod()) {
            case "GET" -> tell(request, response, callback);
            case "POST" -> begin(request, response, callback);
            case "DELETE" -> end(request, response, callback);
            default -> Answers.notAllowed(response, callback, "GET, POST, DELETE");
        };
    }

    /// Why nobody can sign in by a password; empty: who is listed can.
    private Optional<String> obstacle(Request request) {
        if (known.users().isEmpty()) {
            return Optional.of(NO_USERS);
        }
        String proxied = request.getHeaders().get("X-Forwarded-Proto");
        boolean clear = proxied != null && !proxied.equalsIgnoreCase("https");
        return loopback && !clear ? Optional.empty() : Optional.of(INSECURE);
    }

    private boolean tell(Request request, Response response, Callback callback) {
        Optional<String> obstacle = obstacle(request);
        ObjectNode told = Views.JSON.createObjectNode();
        told.put("possible", obstacle.isEmpty());
        told.put("why-not", obstacle.orElse(""));
        told.put("needed-to-read", access.needsToken());
        access.user(request)
                .ifPresentOrElse(
                        user -> told.put("name", user.name()).put("role", user.role().key()),
                        () -> told.putNull("name").putNull("role"));
        return Answers.json(response, callback, HttpStatus.OK_200, told.toString());
    }

    private boolean begin(Request request, Response response, Callback callback) {
        Optional<String> obstacle = obstacle(request);
        if (obstacle.isPresent()) {
            String code = known.users().isEmpty() ? "no-users" : "insecure";
            return Answers.error(
                    response, callback, HttpStatus.FORBIDDEN_403, code, obstacle.get());
        }
        Optional<JsonNode> body = JsonBody.read(request, response, callback);
        if (body.isEmpty()) {
            return true;
        }
        JsonNode name = body.get().path("name");
        JsonNode password = body.get().path("password");
        if (!name.isTextual()
                || !password.isTextual()
                || name.textValue().length() > MAX_NAME_CHARS
                || password.textValue().length() > MAX_PASSWORD_CHARS) {
            return JsonBody.malformed(response, callback, "name and password are needed");
        }
        return check(request, response, callback, name.textValue(), password.textValue());
    }

    private boolean check(
            Request request, Response response, Callback callback, String name, String password) {
        String address = ClientAddress.of(request);
        long blockedNanos = guard.blockedNanos(name, address);
        if (blockedNanos > 0) {
            long seconds = TimeUnit.NANOSECONDS.toSeconds(blockedNanos) + 1;
            response.getHeaders().put(HttpHeader.RETRY_AFTER, seconds);
            return Answers.error(
                    response,
                    callback,
                    HttpStatus.TOO_MANY_REQUESTS_429,
                    "too-many-failures",
                    "Too many wrong passwords: try again in " + seconds + " s.");
        }
        Threads.pause(guard.delayNanos(name));
        Known now = known;
        return switch (now.passwords().check(name, password)) {
            case RIGHT -> {
                OpsUser user = Objects.requireNonNull(now.users().get(name));
                boolean answered = granted(response, callback, user, address);
                // Others may have been admitted meanwhile: passwords take a while.
                access.sessions().retain(known.users().values());
                yield answered;
            }
            case WRONG -> {
                guard.failed(name, address);
                audit.recordStranger(address, "sign-in", name, "wrong password");
                yield Answers.error(
                        response,
                        callback,
                        HttpStatus.UNAUTHORIZED_401,
                        "bad-credentials",
                        "The name or the password is wrong.");
            }
            case OVERLOADED -> {
                response.getHeaders().put(HttpHeader.RETRY_AFTER, 5);
                yield Answers.error(
                        response,
                        callback,
                        HttpStatus.SERVICE_UNAVAILABLE_503,
                        "busy",
                        "The gateway is busy: try again.");
            }
        };
    }

    private boolean granted(Response response, Callback callback, OpsUser user, String address) {
        audit.record(Actions.who(user, address), "sign-in", "", "ok");
        ObjectNode grant = Views.JSON.createObjectNode();
        grant.put("token", access.sessions().begin(user));
        grant.put("expires-in", Sessions.LIFETIME_SECONDS);
        grant.put("name", user.name());
        grant.put("role", user.role().key());
        return Answers.json(response, callback, HttpStatus.OK_200, grant.toString());
    }

    private boolean end(Request request, Response response, Callback callback) {
        access.user(request)
                .ifPresent(user ->
                        audit.record(
                                Actions.who(user, ClientAddress.of(request)),
                                "sign-out",
                                "",
                                "ok"));
        Access.bearer(request).ifPresent(access.sessions()::end);
        return Answers.json(response, callback, HttpStatus.OK_200, "{}");
    }
}
