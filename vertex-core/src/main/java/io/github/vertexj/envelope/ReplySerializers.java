package io.github.vertexj.envelope;

import com.fasterxml.jackson.databind.SerializationConfig;
import com.fasterxml.jackson.databind.cfg.CacheProvider;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.ser.DefaultSerializerProvider;
import com.fasterxml.jackson.databind.ser.SerializerFactory;

/**
 * Databind's serializers for one value after the other; to make them anew for each small record
 * takes a tenth of the time that writing it does. Not thread-safe.
 */
final class ReplySerializers extends DefaultSerializerProvider {
  private static final long serialVersionUID = 1L;

  ReplySerializers(JsonMapper mapper) {
    super(
        mapper.getSerializerProviderInstance(),
        mapper.getSerializationConfig(),
        mapper.getSerializerFactory());
  }

  /** Whether nothing of the last value is left: neither identities nor attributes. */
  boolean clean() {
    return _seenObjectIds == null && _attributes == _config.getAttributes();
  }

  @Override
  public DefaultSerializerProvider withCaches(CacheProvider caches) {
    return new DefaultSerializerProvider.Impl().withCaches(caches);
  }

  @Override
  public DefaultSerializerProvider createInstance(
      SerializationConfig config, SerializerFactory factory) {
    return new DefaultSerializerProvider.Impl().createInstance(config, factory);
  }
}
