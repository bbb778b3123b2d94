package io.github.vertexj.conformance;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A reply as its reader sees it: HTML without tags and entities, JSON as the texts in it, and the
 * one inside the other.
 */
final class PlainText {
  /** HTML in a text of JSON in HTML; nobody wraps more often. */
  private static final int LAYERS = 3;

  private static final Pattern LINE_END =
      Pattern.compile("(?i)</?(?:br|hr|p|li|ul|ol|tr|div|pre|h[1-6]|table|title)\\b[^<>]*+>");
  private static final Pattern TAG = Pattern.compile("</?[a-zA-Z!][^<>]*+>");
  private static final Pattern ENTITY =
      Pattern.compile("&(?:#(\\d{1,6})|#[xX]([0-9a-fA-F]{1,5})|([a-zA-Z]{2,5}));");
  private static final Map<String, String> NAMED =
      Map.of("lt", "<", "gt", ">", "amp", "&", "quot", "\"", "apos", "'", "nbsp", " ", "Tab", "\t");

  private PlainText() {}

  /** A text and what each of its layers holds, all below one another. */
  static String of(String text) {
    StringBuilder all = new StringBuilder(text);
    String layer = text;
    for (int i = 0; i < LAYERS; i++) {
      String inner = inner(layer);
      if (inner.equals(layer)) {
        break;
      }
      all.append('\n').append(inner);
      layer = inner;
    }
    return all.toString();
  }

  private static String inner(String text) {
    return Json.strict(text.getBytes(StandardCharsets.UTF_8))
        .map(PlainText::texts)
        .orElseGet(() -> shown(text));
  }

  /** Every name and text, a line each. */
  private static String texts(JsonNode value) {
    StringBuilder texts = new StringBuilder();
    collect(value, texts);
    return texts.toString();
  }

  private static void collect(JsonNode value, StringBuilder texts) {
    if (value.isTextual()) {
      texts.append(value.textValue()).append('\n');
    }
    value
        .properties()
        .forEach(
            member -> {
              texts.append(member.getKey()).append('\n');
              collect(member.getValue(), texts);
            });
    if (value.isArray()) {
      value.forEach(element -> collect(element, texts));
    }
  }

  private static String shown(String html) {
    String lines = LINE_END.matcher(html).replaceAll("\n");
    String bare = TAG.matcher(lines).replaceAll("");
    return ENTITY.matcher(bare).replaceAll(entity -> Matcher.quoteReplacement(character(entity)));
  }

  private static String character(MatchResult entity) {
    if (entity.group(3) != null) {
      return NAMED.getOrDefault(entity.group(3), entity.group());
    }
    boolean decimal = entity.group(1) != null;
    int code = Integer.parseInt(decimal ? entity.group(1) : entity.group(2), decimal ? 10 : 16);
    return code == 0xA0 ? " " : Character.toString(code);
  }
}
