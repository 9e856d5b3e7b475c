package offhook.sipws;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import offhook.call.ReplacedDialog;
import offhook.config.AgentsConfig;
import offhook.runtime.Owner;

/// The phones that agents registered, and those that have lost their sockets for a moment. On the
/// desk's owner.
final class Phones {

    private final Owner owner;
    private final int mostOfAgent;
    private final Map<String, Map<String, Phone>> byAgent = new HashMap<>();

    /// @param mostOfAgent how many phones one agent may have
    Phones(Owner owner, int mostOfAgent) {
        this.owner = owner;
        this.mostOfAgent = mostOfAgent;
    }

    /// Those of an agent.
    List<Phone> of(String agent) {
        return List.copyOf(byAgent.getOrDefault(agent, Map.of()).values());
    }

    /// The phone of an instance; made if it is new, and there are not too many of the agent's.
    Optional<Phone> phone(AgentsConfig.User user, String instance) {
        Map<String, Phone> known = byAgent.computeIfAbsent(user.name(), _ -> new HashMap<>());
        Phone phone = known.get(instance);
        if (phone == null) {
            if (known.size() >= mostOfAgent) {
                return Optional.empty();
            }
            phone = new Phone(owner, user, instance);
            known.put(instance, phone);
        }
        return Optional.of(phone);
    }

    void forget(Phone phone) {
        phone.close();
        Map<String, Phone> known = byAgent.get(phone.agent());
        if (known != null) {
            known.remove(phone.instance(), phone);
            if (known.isEmpty()) {
                byAgent.remove(phone.agent());
            }
        }
    }

    /// The call that a dialog belongs to, whosever it is. Which of the two tags is named as which
    /// end's is the library's affair: JsSIP has them the other way round in calls that rang at it.
    Optional<PhoneCall> call(ReplacedDialog named) {
        return byAgent.values().stream()
                .flatMap(known -> known.values().stream())
                .flatMap(phone -> phone.call(named.callId()).stream())
                .filter(call -> call.dialog().isNamed(named))
                .findFirst();
    }
}
