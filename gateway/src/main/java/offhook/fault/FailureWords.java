package offhook.fault;

import java.io.EOFException;
import java.net.BindException;
import java.net.ConnectException;
import java.net.NoRouteToHostException;
import java.net.PortUnreachableException;
import java.net.SocketTimeoutException;
import java.net.UnknownHostException;
import java.net.http.HttpTimeoutException;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.UnresolvedAddressException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.AccessDeniedException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.net.ssl.SSLException;

/// What an exception of files, sockets and names means to whoever runs the gateway. Those of the
/// JDK have a message that is a bare path, a part of a sentence, or none at all.
public final class FailureWords {

    /// Causes of causes, which are told by the deepest; a ring of them ends somewhere.
    private static final int MOST_CAUSES = 10;

    /// `java.io.IOException: ` before what a cause said.
    private static final Pattern CLASS_NAME =
            Pattern.compile("^(?:[a-z][A-Za-z0-9_]*\\.)+[A-Z][A-Za-z0-9_$]*(?:: |$)");

    private static final Pattern ALERT = Pattern.compile("^\\([a-z_]+\\) ");
    private static final Pattern TOLD_ALERT = Pattern.compile("^Received fatal alert: ([a-z_]+)$");
    private static final Pattern NO_AUTHORITY =
            Pattern.compile("(?:: )?PKIX path building failed.*$", Pattern.DOTALL);

    private FailureWords() {}

    /// Why it failed, without a class name and never empty. Names the file, where one is to blame.
    public static String of(Throwable failure) {
        String words = ofNamed(failure);
        return deepestKnown(failure) instanceof FileSystemException of && of.getFile() != null
                ? of.getFile() + ": " + words
                : words;
    }

    /// The same within a sentence that names the file already.
    public static String ofNamed(Throwable failure) {
        Throwable known = deepestKnown(failure);
        return meaning(known).orElseGet(() -> said(known));
    }

    /// The failure, or what of its causes says more: an exception that only passes its cause on is
    /// not what went wrong.
    private static Throwable deepestKnown(Throwable failure) {
        Throwable at = failure;
        for (int i = 0; i < MOST_CAUSES; i++) {
            Throwable cause = at.getCause();
            if (cause == null || (meaning(at).isPresent() && !isUnresolved(cause))) {
                return at;
            }
            String message = at.getMessage();
            boolean passedOn =
                    message == null
                            || message.isBlank()
                            || message.equals(cause.toString())
                            || message.equals(cause.getMessage());
            if (!passedOn) {
                return at;
            }
            at = cause;
        }
        return at;
    }

    /// What the HTTP client has behind a refused connection when DNS was the trouble.
    private static boolean isUnresolved(Throwable cause) {
        return cause instanceof UnresolvedAddressException
                || cause.getCause() instanceof UnresolvedAddressException;
    }

    /// What the kind of failure says, whatever its message is.
    private static Optional<String> meaning(Throwable failure) {
        return Optional.ofNullable(
                switch (failure) {
                    case NoSuchFileException _ -> "there is no such file or folder";
                    case AccessDeniedException _ ->
                            "this user has no right to do that (permission denied)";
                    case NotDirectoryException _ -> "it is no folder";
                    case FileAlreadyExistsException _ -> "it is there already";
                    case DirectoryNotEmptyException _ -> "the folder is not empty";
                    case FileSystemException known ->
                            known.getReason() == null
                                    ? "the file system refuses it"
                                    : known.getReason();
                    case CharacterCodingException _ -> "it is not text in UTF-8";
                    case PortUnreachableException _ -> "nothing listens there (port unreachable)";
                    case NoRouteToHostException _ -> "no way leads there (no route to host)";
                    case BindException _ -> bound(failure);
                    case ConnectException _ -> refused(failure);
                    case UnknownHostException _ -> "DNS does not know " + failure.getMessage();
                    case UnresolvedAddressException _ -> "DNS does not know the host";
                    case SocketTimeoutException _ -> "no answer came in time";
                    case HttpTimeoutException _ -> "no answer came in time";
                    case ClosedChannelException _ -> "the connection was closed";
                    case EOFException _ -> "the connection, or the file, ended too early";
                    default -> null;
                });
    }

    private static String bound(Throwable failure) {
        String message = String.valueOf(failure.getMessage());
        return message.contains("already in use")
                ? "another program has that port (address already in use)"
                : message.contains("assign")
                        ? "it is no address of this machine (cannot assign requested address)"
                        : message.contains("ermission")
                                ? "ports below 1024 need a privilege (permission denied)"
                                : said(failure);
    }

    private static String refused(Throwable failure) {
        String message = String.valueOf(failure.getMessage());
        return message.contains("timed out")
                ? "no answer came in time"
                : message.contains("nreachable")
                        ? "no way leads there (network unreachable)"
                        : "nothing listens there (connection refused)";
    }

    /// The message, or else what the kind of failure is called, as people write.
    private static String said(Throwable failure) {
        String message = failure.getMessage() == null ? "" : failure.getMessage().strip();
        String words = CLASS_NAME.matcher(message).replaceFirst("").strip();
        if (failure instanceof SSLException) {
            return ofTls(words);
        }
        return words.isEmpty() ? called(failure.getClass()) : words;
    }

    /// What JSSE says, whose sentences begin with the name of an alert and end with how the JDK
    /// looks for authorities.
    private static String ofTls(String message) {
        String words = ALERT.matcher(message).replaceFirst("");
        Matcher refused = TOLD_ALERT.matcher(words);
        if (refused.find()) {
            return "it refuses our TLS: " + refused.group(1).replace('_', ' ');
        }
        if (words.contains("unrecognized SSL message")) {
            return "it does not speak TLS";
        }
        String ours = NO_AUTHORITY.matcher(words).replaceFirst("");
        return ours.isEmpty()
                ? "its certificate is signed by no authority that is trusted here"
                : ours;
    }

    /// `SomethingOddException` is "something odd".
    private static String called(Class<?> kind) {
        String name =
                (kind.getSimpleName().isEmpty() ? kind.getSuperclass() : kind).getSimpleName();
        String words =
                name.replaceFirst("(?<=.)(Exception|Error)$", "")
                        .replaceAll("(?<=[a-z0-9])(?=[A-Z])", " ")
                        .toLowerCase(Locale.ROOT);
        return words.equals("io") || words.equals("exception") ? "input or output failed" : words;
    }
}
