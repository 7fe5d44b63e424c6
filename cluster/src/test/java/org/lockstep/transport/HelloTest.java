package org.lockstep.transport;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import org.junit.jupiter.api.Test;

class HelloTest {
  private static final int VERSION_OFFSET = 4;

  private final JobKey key = new JobKey(JobToken.random(), 3);

  @Test
  void write_anyKey_takesTheStatedLength() {
    assertThat(hello(key).readableBytes()).isEqualTo(Hello.LENGTH);
  }

  @Test
  void read_sameKey_accepts() {
    assertThat(Hello.read(key, hello(key))).isEqualTo(Hello.Verdict.ACCEPTED);
  }

  @Test
  void read_anotherVersion_isNamedBeforeTheToken() {
    ByteBuf hello = hello(new JobKey(JobToken.random(), key.attempt()));
    hello.setShort(VERSION_OFFSET, Hello.VERSION + 1);

    assertThat(Hello.read(key, hello)).isEqualTo(Hello.Verdict.WRONG_VERSION);
  }

  @Test
  void mayBegin_wrongFirstByte_isFalseAtOnce() {
    assertThat(Hello.mayBegin(Unpooled.copiedBuffer(new byte[] {'G'}))).isFalse();
    assertThat(Hello.mayBegin(Unpooled.copiedBuffer(new byte[] {'L'}))).isTrue();
    assertThat(Hello.mayBegin(Unpooled.EMPTY_BUFFER)).isTrue();
  }

  @Test
  void token_writtenAsHex_isReadBack() {
    assertThat(JobToken.parse(key.token().hex())).isEqualTo(key.token());
    assertThat(JobToken.random()).isNotEqualTo(key.token());
  }

  @Test
  void token_tooShort_isRefused() {
    assertThatThrownBy(() -> JobToken.parse("abcd")).isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void token_asText_keepsItsSecret() {
    assertThat(key.toString()).doesNotContain(key.token().hex());
  }

  private static ByteBuf hello(JobKey key) {
    ByteBuf out = Unpooled.buffer();
    Hello.write(key, out);
    return out;
  }
}
