package offhook.ops;

import java.lang.reflect.Method;
import java.util.Arrays;
import javax.management.Descriptor;
import javax.management.MBeanAttributeInfo;
import javax.management.MBeanFeatureInfo;
import javax.management.MBeanInfo;
import javax.management.MBeanOperationInfo;
import javax.management.MBeanParameterInfo;
import javax.management.NotificationBroadcasterSupport;
import javax.management.NotificationEmitter;
import javax.management.StandardEmitterMBean;

/// An MXBean that tells consoles what its interface says of itself with [Described].
final class DescribedBean<T> extends StandardEmitterMBean {

    private final Class<T> type;

    private DescribedBean(T bean, Class<T> type, NotificationEmitter emitter) {
        super(bean, type, true, emitter);
        this.type = type;
    }

    static <T> DescribedBean<T> of(T bean, Class<T> type) {
        return of(bean, type, new NotificationBroadcasterSupport());
    }

    /// One that tells of what happens.
    static <T> DescribedBean<T> of(T bean, Class<T> type, NotificationEmitter emitter) {
        return new DescribedBean<>(bean, type, emitter);
    }

    @Override
    protected String getDescription(MBeanInfo info) {
        return text(info.getDescriptor(), info.getDescription());
    }

    @Override
    protected String getDescription(MBeanAttributeInfo info) {
        return text(info.getDescriptor(), info.getDescription());
    }

    @Override
    protected String getDescription(MBeanOperationInfo info) {
        return text(info.getDescriptor(), info.getDescription());
    }

    @Override
    protected String getDescription(MBeanFeatureInfo info) {
        return text(info.getDescriptor(), info.getDescription());
    }

    @Override
    protected String getDescription(
            MBeanOperationInfo operation, MBeanParameterInfo parameter, int sequence) {
        return text(parameter.getDescriptor(), parameter.getDescription());
    }

    /// As in the interface; JMX itself knows them as p1, p2.
    @Override
    protected String getParameterName(
            MBeanOperationInfo operation, MBeanParameterInfo parameter, int sequence) {
        return Arrays.stream(type.getMethods())
                .filter(method -> method.getName().equals(operation.getName()))
                .filter(method -> method.getParameterCount() == operation.getSignature().length)
                .map(Method::getParameters)
                .map(parameters -> parameters[sequence].getName())
                .findFirst()
                .orElse(parameter.getName());
    }

    /// What is not marked otherwise changes something: consoles ask before they do it.
    @Override
    protected int getImpact(MBeanOperationInfo operation) {
        return operation.getReturnType().equals(String.class.getName())
                ? MBeanOperationInfo.INFO
                : MBeanOperationInfo.ACTION;
    }

    private static String text(Descriptor descriptor, String absent) {
        return descriptor.getFieldValue("description") instanceof String text ? text : absent;
    }
}
