package io.github.vertexj.envelope;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonFactoryBuilder;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.io.IOContext;
import com.fasterxml.jackson.core.json.ByteSourceJsonBootstrapper;
import com.fasterxml.jackson.core.sym.ByteQuadsCanonicalizer;
import java.io.IOException;

/**
 * A factory whose every parser has a table of names of its own.
 *
 * <p>Jackson's parsers share one, to which each adds the names it has met: so the names that one
 * client sends would lie in the way of others, and names that collide have been seen to damage the
 * table for all (jackson-core 2.22). Without any table Jackson reads bytes through characters, and
 * tells no place in bytes.
 */
final class OwnNames extends JsonFactory {
  private static final long serialVersionUID = 1L;

  OwnNames(JsonFactoryBuilder settings) {
    super(settings.disable(Feature.INTERN_FIELD_NAMES)); // the JVM's table of texts is shared, too
  }

  @Override
  protected JsonParser _createParser(byte[] bytes, int offset, int length, IOContext context)
      throws IOException {
    return new ByteSourceJsonBootstrapper(context, bytes, offset, length)
        .constructParser(
            _parserFeatures,
            _objectCodec,
            ByteQuadsCanonicalizer.createRoot(),
            _rootCharSymbols,
            _factoryFeatures);
  }
}
