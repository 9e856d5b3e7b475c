package offhook.ops;

import javax.management.Descriptor;
import javax.management.MBeanAttributeInfo;
import javax.management.MBeanFeatureInfo;
import javax.management.MBeanInfo;
import javax.management.StandardMBean;

/// An MXBean that tells consoles what its interface says of itself with [Described].
final class DescribedBean<T> extends StandardMBean {

    private DescribedBean(T bean, Class<T> type) {
        super(bean, type, true);
    }

    static <T> DescribedBean<T> of(T bean, Class<T> type) {
        return new DescribedBean<>(bean, type);
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
    protected String getDescription(MBeanFeatureInfo info) {
        return text(info.getDescriptor(), info.getDescription());
    }

    private static String text(Descriptor descriptor, String absent) {
        return descriptor.getFieldValue("description") instanceof String text ? text : absent;
    }
}
