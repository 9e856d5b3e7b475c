package offhook.console;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.BufferedWriter;
import java.io.IOException;
import java.io.OutputStreamWriter;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import offhook.cdr.RecordArchive;
import offhook.cdr.RecordExport;
import offhook.cdr.RecordFilter;
import offhook.cdr.RecordReaders;
import offhook.cdr.SlowSearchException;
import offhook.config.OpsUser;
import offhook.config.RecordsConfig;
import offhook.http.ClientAddress;
import offhook.runtime.NanoClock;
import offhook.telemetry.AuditLog;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.http.HttpMethod;
import org.eclipse.jetty.http.HttpStatus;
import org.eclipse.jetty.io.Content;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;
import org.eclipse.jetty.util.Fields;

/// `/api/records`: the calls that were recorded, page by page, one of them, or all that fit as a
/// file. Reads the database by connections of its own, a few at a time, on threads of their own:
/// the virtual one of a request waits for them.
final class Archive {

    /// On a page.
    static final int PAGE = 100;

    /// How many calls a filter has is told up to here.
    static final int MOST_COUNTED = 10_000;

    /// In a file.
    static final int MOST_IN_FILE = 100_000;

    /// Whoever reads slowly keeps the database from tidying up.
    private static final Duration LONGEST_FILE = Duration.ofMinutes(10);

    /// What is found by an index takes milliseconds; what takes longer keeps others from reading.
    static final Duration LONGEST_SEARCH = Duration.ofSeconds(10);

    /// Searches that go through everything take a while: no more of them at once.
    static final int READERS = 4;

    private static final int BUFFER_CHARS = 32_768;
    private static final Pattern RECORD = Pattern.compile("records/([0-9A-Za-z-]{1,64})");
    private static final Pattern FILE = Pattern.compile("records\\.(csv|jsonl)");

    private final Optional<RecordsConfig> config;
    private final Access access;
    private final AuditLog audit;
    private final NanoClock clock;
    private final Duration longestSearch;
    private final RecordReaders readers = new RecordReaders(READERS);

    /// @param longestSearch may a search take; who gets a file has more time, to read it
    Archive(
            Optional<RecordsConfig> config,
            Access access,
            AuditLog audit,
            NanoClock clock,
            Duration longestSearch) {
        this.longestSearch = longestSearch;
        this.config = config;
        this.access = access;
        this.audit = audit;
        this.clock = clock;
    }

    /// Whether it is asked for.
    static boolean isAt(String path) {
        return path.equals("records") || RECORD.matcher(path).matches() || isFile(path);
    }

    private static boolean isFile(String path) {
        return FILE.matcher(path).matches();
    }

    /// Answers who may read.
    boolean answer(Request request, Response response, Callback callback, String path) {
        if (config.isEmpty()) {
            return Answers.error(
                    response,
                    callback,
                    HttpStatus.NOT_FOUND_404,
                    "no-records",
                    "No calls are recorded: ops.records is off.");
        }
        RecordsConfig records = config.get();
        return readers.read(() -> read(records, request, response, callback, path))
                .orElseGet(() -> tooMany(response, callback));
    }

    private static boolean tooMany(Response response, Callback callback) {
        response.getHeaders().put(HttpHeader.RETRY_AFTER, 2);
        return Answers.error(
                response,
                callback,
                HttpStatus.TOO_MANY_REQUESTS_429,
                "too-many-readers",
                READERS + " others search the call records: try again.");
    }

    /// On a reader's thread.
    private boolean read(
            RecordsConfig records,
            Request request,
            Response response,
            Callback callback,
            String path) {
        try (RecordArchive archive = RecordArchive.open(records)) {
            archive.within(longestSearch);
            return answer(archive, request, response, callback, path);
        } catch (IllegalArgumentException e) {
            return Answers.error(
                    response,
                    callback,
                    HttpStatus.BAD_REQUEST_400,
                    "malformed",
                    String.valueOf(e.getMessage()));
        } catch (IOException e) {
            return failed(response, callback, e);
        }
    }

    private static boolean failed(Response response, Callback callback, IOException e) {
        if (response.isCommitted()) {
            // What was sent is not whole: who gets it must see that.
            callback.failed(e);
            return true;
        }
        response.reset();
        return Answers.error(
                response,
                callback,
                e instanceof SlowSearchException
                        ? HttpStatus.CONFLICT_409
                        : HttpStatus.SERVICE_UNAVAILABLE_503,
                e instanceof SlowSearchException ? "too-slow" : "unavailable",
                String.valueOf(e.getMessage()).lines().findFirst().orElse(""));
    }

    private boolean answer(
            RecordArchive archive,
            Request request,
            Response response,
            Callback callback,
            String path)
            throws IOException {
        Matcher record = RECORD.matcher(path);
        if (record.matches()) {
            Optional<String> found = archive.find(record.group(1)).map(Archive::json);
            return found.isPresent()
                    ? Answers.json(response, callback, HttpStatus.OK_200, found.get())
                    : Answers.error(
                            response,
                            callback,
                            HttpStatus.NOT_FOUND_404,
                            "not-found",
                            "No call of this id is recorded.");
        }
        Map<String, String> said = parameters(request);
        String after = Optional.ofNullable(said.remove("after")).orElse("");
        RecordFilter filter = RecordFilter.of(said);
        if (isFile(path)) {
            return file(archive, request, response, callback, path, filter, said);
        }
        ObjectNode page = page(archive, filter, after);
        return Answers.json(response, callback, HttpStatus.OK_200, page.toString());
    }

    private static Map<String, String> parameters(Request request) {
        Map<String, String> said = new LinkedHashMap<>();
        for (Fields.Field each : Request.extractQueryParameters(request)) {
            if (each.getValues().size() > 1) {
                throw new IllegalArgumentException(each.getName() + ": said twice");
            }
            said.put(each.getName(), each.getValue());
        }
        return said;
    }

    private static ObjectNode page(RecordArchive archive, RecordFilter filter, String after)
            throws IOException {
        ObjectNode page = Views.JSON.createObjectNode();
        if (after.isEmpty()) {
            int total = archive.count(filter, MOST_COUNTED + 1);
            page.put("total", Math.min(total, MOST_COUNTED));
            page.put("more-than-total", total > MOST_COUNTED);
        }
        ArrayNode list = Views.JSON.createArrayNode();
        Optional<String> next =
                archive.page(filter, after, PAGE, each -> list.add(Views.JSON.valueToTree(each)));
        page.put("after", next.orElse(null));
        page.set("list", list);
        return page;
    }

    private static String json(Map<String, ?> record) {
        return Views.JSON.valueToTree(record).toString();
    }

    /// All or none: a file that lacks some of them would pass for the whole.
    private boolean file(
            RecordArchive archive,
            Request request,
            Response response,
            Callback callback,
            String path,
            RecordFilter filter,
            Map<String, String> said)
            throws IOException {
        if (!HttpMethod.GET.is(request.getMethod())) {
            return Answers.notAllowed(response, callback, "GET");
        }
        int total = archive.count(filter, MOST_IN_FILE + 1);
        if (total > MOST_IN_FILE) {
            return Answers.error(
                    response,
                    callback,
                    HttpStatus.CONFLICT_409,
                    "too-many",
                    "More than "
                            + MOST_IN_FILE
                            + " calls fit: take a shorter time, or use offhook records.");
        }
        // Before the first byte: numbers and names that left are not taken back.
        audit(request, path + ' ' + said, total);
        response.setStatus(HttpStatus.OK_200);
        response.getHeaders()
                .put(HttpHeader.CACHE_CONTROL, "no-store")
                .put(
                        HttpHeader.CONTENT_TYPE,
                        path.endsWith(".csv") ? "text/csv;charset=utf-8" : "application/jsonl")
                .put(HttpHeader.CONTENT_DISPOSITION, "attachment; filename=\"" + path + '"');
        write(archive, filter, path.endsWith(".csv"), response);
        callback.succeeded();
        return true;
    }

    private void write(RecordArchive archive, RecordFilter filter, boolean csv, Response response)
            throws IOException {
        long endsAtNanos = clock.nanoTime() + LONGEST_FILE.toNanos();
        Writer out =
                new BufferedWriter(
                        new OutputStreamWriter(
                                Content.Sink.asOutputStream(response), StandardCharsets.UTF_8),
                        BUFFER_CHARS);
        archive.within(LONGEST_FILE);
        RecordExport export = csv ? RecordExport.csv(out) : RecordExport.jsonLines(out);
        archive.read(
                filter,
                MOST_IN_FILE,
                record -> {
                    if (clock.nanoTime() - endsAtNanos > 0) {
                        throw new IOException("the file was read too slowly");
                    }
                    export.read(record);
                });
        // Not when something fails: the end would say that the file is whole.
        out.close();
    }

    private void audit(Request request, String what, int total) {
        Optional<OpsUser> user = access.user(request);
        String address = ClientAddress.of(request);
        String outcome = "ok, " + total + " records";
        if (user.isPresent()) {
            audit.record(Actions.who(user.get(), address), "export", what, outcome);
        } else {
            audit.recordStranger(address, "export", what, outcome);
        }
    }
}
