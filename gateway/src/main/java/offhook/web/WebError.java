package offhook.web;

import java.util.List;

/// Every error the browser side answers with. Codes are stable; pages may act on them.
enum WebError {
    MALFORMED(
            31100,
            "MalformedMessage",
            "The message cannot be understood.",
            "the page and the gateway are of different versions",
            "Reload the page."),
    UNKNOWN_CALL(
            31404,
            "UnknownCall",
            "There is no such call here.",
            "the call ended in the meantime, or another page has it",
            "Nothing; the gateway sent or sends how it ended."),
    WRONG_STATE(
            31409,
            "WrongState",
            "The call cannot do this now.",
            "the call was already answered or is not answered yet",
            "Nothing, or try again in a moment."),
    BAD_NUMBER(
            31484,
            "BadNumber",
            "This cannot be dialled.",
            "a number has digits, '*' and '#', at most 32, and may begin with '+'",
            "Correct the number."),
    BAD_HEADERS(
            31487,
            "HeadersRefused",
            "A parameter of the call cannot be sent.",
            "names are of letters, digits and '-'; values are one line of ASCII, 512 characters"
                    + " at most, and all together 2048",
            "Correct the parameters; write other characters as %HH."),
    IN_CALL(
            31486,
            "InCall",
            "You are in a call already.",
            "this agent talks, or a call rings for it, here or on another page",
            "End that call first."),
    BAD_SDP(
            31488,
            "SessionDescriptionRefused",
            "The browser's session description cannot be served.",
            "the browser does not offer audio in the way WebRTC asks for",
            "Use a current browser."),
    BAD_CREDENTIALS(
            31201,
            "SignInFailed",
            "Name or password is wrong.",
            "a typing error, or the user is not in the gateway's configuration",
            "Try again, or ask your administrator."),
    BAD_TOKEN(
            31204,
            "TokenInvalid",
            "The token is not valid.",
            "the gateway was restarted, or the user was removed",
            "Sign in again."),
    TOKEN_EXPIRED(
            31205,
            "TokenExpired",
            "The token has expired.",
            "the last sign-in was too long ago",
            "Sign in again."),
    TOO_MANY(
            31206,
            "TooMany",
            "Too many attempts or too many messages.",
            "a wrong password was tried several times, or a page sends too much",
            "Wait a minute and try again."),
    TOKEN_REVOKED(
            31207,
            "TokenRevoked",
            "Your sign-in was ended by the operator of the gateway.",
            "all sign-ins of this agent until then were revoked",
            "Sign in again, or ask your administrator."),
    TOO_MANY_PAGES(
            31208,
            "TooManyPages",
            "This agent has too many pages open.",
            "the page is open in other tabs, windows or machines",
            "Close one of them."),
    NOT_PERMITTED(
            31402,
            "NotPermitted",
            "You may not do this.",
            "the token that you signed in with does not permit it",
            "Ask your administrator."),
    FORBIDDEN(
            31403,
            "Forbidden",
            "Pages of this origin may not connect.",
            "the page's origin is not in web.allowed-origins",
            "Ask your administrator to add the origin."),
    NOT_FOUND(
            31405,
            "NotFound",
            "There is nothing here.",
            "the address is misspelt",
            "Open the page at /."),
    BUSY(
            31503,
            "TryLater",
            "The gateway cannot take this now.",
            "the gateway is overloaded or stopping",
            "Try again in a moment.");

    private final int code;
    private final String title;
    private final String message;
    private final String cause;
    private final String solution;

    WebError(int code, String title, String message, String cause, String solution) {
        this.code = code;
        this.title = title;
        this.message = message;
        this.cause = cause;
        this.solution = solution;
    }

    /// The error as it is sent.
    ErrorObject object() {
        return object(message);
    }

    /// The error as it is sent, saying what exactly is wrong.
    ErrorObject object(String detail) {
        return new ErrorObject(code, title, detail, List.of(cause), List.of(solution));
    }

    /// The error object of the protocol.
    record ErrorObject(
            int code, String name, String message, List<String> causes, List<String> solutions) {}
}
