package offhook.console;

import java.net.URLDecoder;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import offhook.call.CallId;
import offhook.config.OpsUser;
import offhook.http.ClientAddress;
import offhook.sip.TrunkStatus;
import offhook.telemetry.Deed;
import org.eclipse.jetty.http.HttpStatus;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;

/// What operators do: `POST /api/...`. Only who is signed in with the role `operate` may, and each
/// is in the audit log, also when nothing came of it. On a virtual thread a request.
final class Actions {

    /// A kind of thing, what it is named, and what is to be done to it.
    private static final Pattern DEED =
            Pattern.compile(
                    "(?:(calls|trunks|agents|queues)/([^/]{1,200})|gateway)/([a-z-]{1,16})");

    private final Deeds deeds;
    private final Supplier<List<TrunkStatus>> trunks;
    private final Access access;
    private final Runnable changed;

    /// @param changed is run when something was done
    Actions(Deeds deeds, Supplier<List<TrunkStatus>> trunks, Access access, Runnable changed) {
        this.deeds = deeds;
        this.trunks = trunks;
        this.access = access;
        this.changed = changed;
    }

    /// What came of it.
    ///
    /// @param status of HTTP
    /// @param text in words
    /// @param recorded as the audit log has it
    /// @param archive what was made, a zip archive, instead of the words
    private record Outcome(int status, String text, String recorded, Optional<byte[]> archive) {

        static Outcome done(String text) {
            return new Outcome(HttpStatus.OK_200, text, "ok", Optional.empty());
        }

        static Outcome done(Deed deed) {
            return new Outcome(HttpStatus.OK_200, deed.words(), deed.outcome(), Optional.empty());
        }

        static Outcome made(byte[] archive) {
            return new Outcome(HttpStatus.OK_200, "", "ok", Optional.of(archive));
        }

        static Outcome unknown(String text) {
            return new Outcome(HttpStatus.NOT_FOUND_404, text, text, Optional.empty());
        }

        static Outcome refused(String text) {
            return new Outcome(HttpStatus.CONFLICT_409, text, text, Optional.empty());
        }

        boolean answer(Response response, Callback callback) {
            if (archive.isPresent()) {
                return Answers.of(
                        response,
                        callback,
                        status,
                        "application/zip",
                        ByteBuffer.wrap(archive.get()));
            }
            return switch (status) {
                case HttpStatus.OK_200 ->
                        Answers.json(
                                response,
                                callback,
                                status,
                                Views.JSON.createObjectNode().put("done", text).toString());
                case HttpStatus.NOT_FOUND_404 ->
                        Answers.error(response, callback, status, "not-found", text);
                default -> Answers.error(response, callback, status, "refused", text);
            };
        }
    }

    /// As the audit log names who acts here.
    static String who(OpsUser user, String address) {
        return "page:" + user.name() + '@' + address;
    }

    boolean answer(Request request, Response response, Callback callback, String path) {
        Optional<OpsUser> user = access.user(request);
        if (user.isEmpty()) {
            return Access.refuse(response, callback);
        }
        Matcher deed = DEED.matcher(path);
        if (!deed.matches()) {
            return Answers.error(response, callback, HttpStatus.NOT_FOUND_404, "not-found");
        }
        String who = who(user.get(), ClientAddress.of(request));
        String kind = Optional.ofNullable(deed.group(1)).orElse("gateway");
        String subject = decoded(Optional.ofNullable(deed.group(2)).orElse(""));
        String what = deed.group(3);
        if (user.get().role() != OpsUser.Role.OPERATE) {
            deeds.audit().record(who, what, subject, "refused: may read only");
            return Answers.error(
                    response,
                    callback,
                    HttpStatus.FORBIDDEN_403,
                    "reads-only",
                    user.get().name() + " may read only: ops.users gives no role operate.");
        }
        if (JsonBody.read(request, response, callback).isEmpty()) {
            return true;
        }
        Outcome outcome = run(kind, subject, what);
        if (outcome.status() != HttpStatus.NOT_FOUND_404) {
            deeds.audit().record(who, what, subject, outcome.recorded());
            changed.run();
        }
        return outcome.answer(response, callback);
    }

    private static String decoded(String part) {
        try {
            return URLDecoder.decode(part.replace("+", "%2B"), StandardCharsets.UTF_8);
        } catch (IllegalArgumentException _) {
            return part;
        }
    }

    private Outcome run(String kind, String subject, String what) {
        return switch (kind + ' ' + what) {
            case "calls hangup" -> hangUp(subject);
            case "calls box" -> box(subject);
            case "calls send-on" -> sendOn(subject);
            case "agents signout" -> signOut(subject);
            case "trunks enable" -> enable(subject, true);
            case "trunks disable" -> enable(subject, false);
            case "queues close" -> close(subject, true);
            case "queues open" -> close(subject, false);
            case "gateway drain" -> drain(true);
            case "gateway undrain" -> drain(false);
            case "gateway reload" -> reload();
            default -> Outcome.unknown("There is nothing like that to be done.");
        };
    }

    private Outcome hangUp(String call) {
        return deeds.hangUp().test(new CallId(call))
                ? Outcome.done("The call was hung up.")
                : Outcome.unknown("The call is over already.");
    }

    private Outcome box(String call) {
        try {
            return Outcome.made(deeds.box().apply(new CallId(call)));
        } catch (IllegalArgumentException e) {
            return Outcome.refused("There is no black box: " + e.getMessage());
        }
    }

    private Outcome signOut(String agent) {
        return deeds.signOut()
                .apply(agent)
                .map(Outcome::done)
                .orElseGet(() -> Outcome.unknown("There is no agent of this name."));
    }

    private Outcome enable(String name, boolean wanted) {
        Optional<TrunkStatus> trunk =
                trunks.get().stream().filter(each -> each.name().equals(name)).findFirst();
        if (trunk.isEmpty()) {
            return Outcome.unknown("There is no trunk of this name.");
        }
        trunk.get().enable(wanted);
        return Outcome.done("The trunk " + name + (wanted ? " is enabled." : " is disabled."));
    }

    private Outcome close(String queue, boolean wanted) {
        try {
            return deeds.queues().close(queue, wanted)
                    ? Outcome.done("The queue " + queue + (wanted ? " is closed." : " is open."))
                    : Outcome.unknown("There is no queue of this name.");
        } catch (IllegalStateException e) {
            return Outcome.refused("Nothing was done: " + e.getMessage());
        }
    }

    private Outcome sendOn(String call) {
        try {
            return deeds.queues().sendOn(new CallId(call))
                    ? Outcome.done("The caller goes on to what follows the queue.")
                    : Outcome.refused("The caller waits in no queue, or an agent rings for it.");
        } catch (IllegalStateException e) {
            return Outcome.refused("Nothing was done: " + e.getMessage());
        }
    }

    private Outcome drain(boolean wanted) {
        try {
            deeds.gateway().drain(wanted);
        } catch (IllegalStateException e) {
            return Outcome.refused("Nothing was done: " + e.getMessage());
        }
        return Outcome.done(
                wanted
                        ? "The gateway is being drained: new calls are refused."
                        : "The gateway takes calls again.");
    }

    private Outcome reload() {
        try {
            List<String> lines = deeds.gateway().reload();
            return Outcome.done(lines.isEmpty() ? "Nothing changed." : String.join("\n", lines));
        } catch (IllegalArgumentException e) {
            return Outcome.refused(String.valueOf(e.getMessage()));
        }
    }
}
