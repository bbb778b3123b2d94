package io.github.vertexj.envelope;

import com.fasterxml.jackson.core.Base64Variant;
import com.fasterxml.jackson.core.SerializableString;
import com.fasterxml.jackson.core.base.GeneratorBase;
import com.fasterxml.jackson.core.io.IOContext;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * A Jackson generator with one method for each kind of token: its many variants all lead there.
 *
 * <p>Nothing is buffered, so there is nothing to flush; and nothing to close, as the reply goes on
 * after a prediction's writer has closed its generator. Not thread-safe.
 */
abstract class NarrowGenerator extends GeneratorBase {
  NarrowGenerator(JsonMapper mapper) {
    super(0, mapper, (IOContext) null);
  }

  /** Refuses text that would go into the reply unseen. */
  abstract void refuseRaw();

  @Override
  public final void writeStartArray() throws IOException {
    writeStartArray(null, 0);
  }

  @Override
  public final void writeStartArray(@Nullable Object value) throws IOException {
    writeStartArray(value, 0);
  }

  @Override
  public final void writeStartObject() throws IOException {
    writeStartObject(null);
  }

  @Override
  public final void writeString(char[] text, int offset, int length) throws IOException {
    writeString(new String(text, offset, length));
  }

  @Override
  public final void writeUTF8String(byte[] text, int offset, int length) throws IOException {
    writeString(new String(text, offset, length, StandardCharsets.UTF_8));
  }

  @Override
  public final void writeNumber(int value) throws IOException {
    writeNumber((long) value);
  }

  @Override
  public final int writeBinary(Base64Variant variant, InputStream in, int length)
      throws IOException {
    byte[] bytes = length < 0 ? in.readAllBytes() : in.readNBytes(length);
    writeBinary(variant, bytes, 0, bytes.length);
    return bytes.length;
  }

  @Override
  public final void writeRawValue(String json, int offset, int length) throws IOException {
    writeRawValue(json.substring(offset, offset + length));
  }

  @Override
  public final void writeRawValue(char[] json, int offset, int length) throws IOException {
    writeRawValue(new String(json, offset, length));
  }

  @Override
  public final void writeRawValue(SerializableString json) throws IOException {
    writeRawValue(json.getValue());
  }

  @Override
  public final void writeRaw(String text) {
    refuseRaw();
  }

  @Override
  public final void writeRaw(String text, int offset, int length) {
    refuseRaw();
  }

  @Override
  public final void writeRaw(char[] text, int offset, int length) {
    refuseRaw();
  }

  @Override
  public final void writeRaw(char c) {
    refuseRaw();
  }

  @Override
  public final void writeRawUTF8String(byte[] text, int offset, int length) {
    refuseRaw();
  }

  @Override
  public final void flush() {}

  @Override
  public final void close() {}

  @Override
  protected final void _releaseBuffers() {}
}
