package offhook.http;

import offhook.runtime.NanoClock;

/// Protects sign-in from guessing, and agents from those who guess.
///
/// An address that fails too often waits for the rest of the window, for one name sooner than for
/// all, since an office shares an address. A name alone is never refused, or any stranger could
/// lock its agent out: guesses that come from many addresses make each attempt on the name slow.
/// Safe for any thread.
public final class SignInGuard {

    private static final int NAMES_PER_ADDRESS = 3;
    private static final int ADDRESSES_PER_NAME = 5;
    private static final long DELAY_STEP_NANOS = 100_000_000L;
    private static final long MAX_DELAY_NANOS = 2_000_000_000L;

    private final FailureLimiter namesAtAddresses;
    private final FailureLimiter addresses;
    private final FailureLimiter names;

    /// @param failures of one name at one address within the window
    public SignInGuard(int failures, long windowNanos, NanoClock clock) {
        this.namesAtAddresses = new FailureLimiter(failures, windowNanos, clock);
        this.addresses = new FailureLimiter(failures * NAMES_PER_ADDRESS, windowNanos, clock);
        this.names = new FailureLimiter(failures * ADDRESSES_PER_NAME, windowNanos, clock);
    }

    /// How long attempts on the name from the address are refused; 0 when they are not.
    public long blockedNanos(String name, String address) {
        return Math.max(
                addresses.blockedNanos(address), namesAtAddresses.blockedNanos(at(name, address)));
    }

    /// How long an attempt on the name has to wait before it is looked at, wherever it comes from.
    public long delayNanos(String name) {
        return Math.min(MAX_DELAY_NANOS, names.excess(name) * DELAY_STEP_NANOS);
    }

    /// Counts a failure.
    public void failed(String name, String address) {
        addresses.failed(address);
        namesAtAddresses.failed(at(name, address));
        names.failed(name);
    }

    /// An address has no space, so no two pairs look alike.
    private static String at(String name, String address) {
        return address + ' ' + name;
    }
}
