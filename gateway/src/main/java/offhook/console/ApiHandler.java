package offhook.console;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import offhook.call.CallId;
import offhook.ops.CallStories;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.http.HttpMethod;
import org.eclipse.jetty.http.HttpStatus;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;

/// Answers `/api/...`: the views of the gateway as JSON. On a virtual thread a request.
final class ApiHandler {

    private static final Set<String> PARTS =
            Set.of("gateway", "calls", "trunks", "queues", "agents", "loops", "alarms");

    /// Of those that are over.
    private static final int LAST_CALLS = 200;

    private static final Pattern CALL = Pattern.compile("calls/([0-9a-f]{24})");

    private final Access access;
    private final Picture picture;
    private final CallStories stories;
    private final ViewBudget budget;
    private final SignIn signIn;
    private final Actions actions;
    private final Archive archive;

    /// @param signIn how one signs in here
    ApiHandler(Sights sights, Deeds deeds, Access access, SignIn signIn, Archive archive) {
        this.archive = archive;
        this.access = access;
        this.signIn = signIn;
        this.picture = new Picture(sights);
        this.actions = new Actions(deeds, sights.trunks(), access, picture::forget);
        this.stories = sights.stories();
        this.budget = new ViewBudget(sights.clock());
    }

    /// @param path below `/api/`
    boolean answer(Request request, Response response, Callback callback, String path) {
        if (HttpMethod.POST.is(request.getMethod())) {
            // Jetty closes a connection on which it answered before it read all: until somebody
            // has, the client is told, or it uses the connection again.
            response.getHeaders().put(HttpHeader.CONNECTION, "close");
        }
        if (Access.isForeign(request)) {
            return Answers.error(
                    response,
                    callback,
                    HttpStatus.FORBIDDEN_403,
                    "foreign",
                    "A page of another site asks.");
        }
        if (path.equals("session")) {
            return signIn.answer(request, response, callback);
        }
        if (HttpMethod.POST.is(request.getMethod())) {
            return actions.answer(request, response, callback, path);
        }
        return look(request, response, callback, path);
    }

    private boolean look(Request request, Response response, Callback callback, String path) {
        if (!HttpMethod.GET.is(request.getMethod()) && !HttpMethod.HEAD.is(request.getMethod())) {
            return Answers.notAllowed(response, callback, "GET, HEAD, POST");
        }
        if (!access.mayRead(request)) {
            return Access.refuse(response, callback);
        }
        if (!budget.take()) {
            response.getHeaders().put(HttpHeader.RETRY_AFTER, 2);
            return Answers.error(
                    response,
                    callback,
                    HttpStatus.TOO_MANY_REQUESTS_429,
                    "too-many-viewers",
                    "the gateway is asked for its views more than "
                            + ViewBudget.VIEWERS
                            + " times a second");
        }
        if (Archive.isAt(path)) {
            return archive.answer(request, response, callback, path);
        }
        Optional<String> view = view(path);
        return view.isPresent()
                ? Answers.json(response, callback, HttpStatus.OK_200, view.get())
                : Answers.error(response, callback, HttpStatus.NOT_FOUND_404, "not-found");
    }

    private Optional<String> view(String path) {
        if (path.equals("now")) {
            return Optional.of(picture.now().text());
        }
        if (PARTS.contains(path)) {
            ObjectNode all = picture.now().all();
            ObjectNode part = Views.JSON.createObjectNode();
            part.set("at", all.get("at"));
            part.set(path, all.get(path));
            return Optional.of(part.toString());
        }
        if (path.equals("last-calls")) {
            return Optional.of("{\"last-calls\":" + stories.last().apply(LAST_CALLS) + "}");
        }
        return Optional.of(CALL.matcher(path))
                .filter(Matcher::matches)
                .flatMap(call -> stories.story().apply(new CallId(call.group(1))));
    }
}
