package io.github.vertexj.logback;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.spi.IThrowableProxy;
import ch.qos.logback.classic.spi.ThrowableProxyUtil;
import ch.qos.logback.core.encoder.EncoderBase;
import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.json.JsonWriteFeature;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.slf4j.event.KeyValuePair;

/**
 * A Logback encoder that writes each event as one line: a JSON object with the fields Cloud Logging
 * knows (C9.5).
 *
 * <table>
 * <caption>Fields</caption>
 * <tr><td>{@code severity}</td><td>{@code DEBUG}, {@code INFO}, {@code WARNING} or {@code ERROR}</td></tr>
 * <tr><td>{@code message}</td><td>the text, then the stack trace on lines of its own (C9.7); cut after
 * 40,000 characters, for the service drops larger entries</td></tr>
 * <tr><td>{@code time}</td><td>in UTC, to the millisecond, by RFC 3339</td></tr>
 * <tr><td>{@code logger}, {@code thread}</td><td>their names</td></tr>
 * <tr><td>{@code logging.googleapis.com/labels}</td><td>the event's MDC entries and key-value pairs</td></tr>
 * <tr><td>{@code logging.googleapis.com/…}</td><td>an MDC entry or pair of just this name, as {@code
 * …/trace} (C9.6)</td></tr>
 * </table>
 *
 * <p>The line is ASCII; every other character is escaped. For use in a {@code logback.xml}, too.
 * Thread-safe.
 */
public final class JsonLineEncoder extends EncoderBase<ILoggingEvent> {
  private static final String SPECIAL_FIELD = "logging.googleapis.com/";
  private static final int LONGEST_MESSAGE = 40_000;
  private static final DateTimeFormatter TIME =
      DateTimeFormatter.ofPattern("uuuu-MM-dd'T'HH:mm:ss.SSSX").withZone(ZoneOffset.UTC);

  // Escaping all but ASCII also keeps unpaired surrogates from failing the line they are logged in.
  private static final JsonFactory JSON =
      JsonFactory.builder().enable(JsonWriteFeature.ESCAPE_NON_ASCII).build();

  /** Creates an encoder. */
  public JsonLineEncoder() {}

  @Override
  public byte[] headerBytes() {
    return new byte[0];
  }

  @Override
  public byte[] footerBytes() {
    return new byte[0];
  }

  @Override
  public byte[] encode(ILoggingEvent event) {
    ByteArrayOutputStream line = new ByteArrayOutputStream(256);
    try (JsonGenerator json = JSON.createGenerator(line)) {
      json.writeStartObject();
      json.writeStringField("severity", severity(event.getLevel()));
      json.writeStringField("message", message(event));
      json.writeStringField("time", TIME.format(Instant.ofEpochMilli(event.getTimeStamp())));
      json.writeStringField("logger", event.getLoggerName());
      json.writeStringField("thread", event.getThreadName());
      writeAttributes(attributes(event), json);
      json.writeEndObject();
    } catch (IOException e) {
      throw new UncheckedIOException(e); // memory does not fail
    }
    line.write('\n');
    return line.toByteArray();
  }

  private static String severity(Level level) {
    if (level.isGreaterOrEqual(Level.ERROR)) {
      return "ERROR";
    }
    if (level.isGreaterOrEqual(Level.WARN)) {
      return "WARNING";
    }
    return level.isGreaterOrEqual(Level.INFO) ? "INFO" : "DEBUG";
  }

  private static String message(ILoggingEvent event) {
    String text = String.valueOf(event.getFormattedMessage());
    IThrowableProxy thrown = event.getThrowableProxy();
    String message = thrown == null ? text : text + "\n" + ThrowableProxyUtil.asString(thrown);
    return message.length() <= LONGEST_MESSAGE
        ? message
        : message.substring(0, LONGEST_MESSAGE) + "…";
  }

  private static Map<String, String> attributes(ILoggingEvent event) {
    Map<String, String> attributes = new LinkedHashMap<>(event.getMDCPropertyMap());
    List<KeyValuePair> pairs = event.getKeyValuePairs();
    if (pairs != null) {
      pairs.forEach(pair -> attributes.put(pair.key, String.valueOf(pair.value)));
    }
    return attributes;
  }

  private static void writeAttributes(Map<String, String> attributes, JsonGenerator json)
      throws IOException {
    Map<String, String> labels = new LinkedHashMap<>();
    for (Map.Entry<String, String> attribute : attributes.entrySet()) {
      if (attribute.getKey().startsWith(SPECIAL_FIELD)) {
        json.writeStringField(attribute.getKey(), attribute.getValue());
      } else {
        labels.put(attribute.getKey(), attribute.getValue());
      }
    }
    if (!labels.isEmpty()) {
      json.writeObjectFieldStart(SPECIAL_FIELD + "labels");
      for (Map.Entry<String, String> label : labels.entrySet()) {
        json.writeStringField(label.getKey(), label.getValue());
      }
      json.writeEndObject();
    }
  }
}
