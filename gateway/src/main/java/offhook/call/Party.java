package offhook.call;

/// Who calls or is called, as the signalling named them. Text from outside: escape before showing.
///
/// @param number telephone number or user part, never null, may be empty when withheld
/// @param displayName name shown with it, may be empty
public record Party(String number, String displayName) {

    /// Somebody who is not to be known.
    public static final Party WITHHELD = new Party("", "");
}
