// SPDX-License-Identifier: Apache-2.0
#include "agent/core/shown_value.hpp"

#include <string>

#include <gtest/gtest.h>

#include "agent/core/secrets.hpp"
#include "agent/core/text.hpp"

namespace sparkwarden {
namespace {

struct Case {
  const char* name;
  std::string key;
  std::string value;
  std::string shown;
};

constexpr auto by_name = [](const auto& each) { return std::string(each.param.name); };

class ShownValue : public testing::TestWithParam<Case> {};

TEST_P(ShownValue, ShowsOrMasks) {
  const Case& c = GetParam();

  const std::string shown = shown_value(c.key, c.value);

  EXPECT_EQ(shown, c.shown);
}

INSTANTIATE_TEST_SUITE_P(
    ByKey,
    ShownValue,
    testing::Values(
        Case{"S3aSecretKey", "spark.hadoop.fs.s3a.secret.key", "minio123", "(masked)"},
        Case{"S3aAccessKey", "fs.s3a.access.key", "minio", "(masked)"},
        Case{"SslPassword", "spark.ssl.keyStorePassword", "changeit", "(masked)"},
        Case{"AuthenticateSecret", "spark.authenticate.secret", "x", "(masked)"},
        Case{"AzureAccountKey", "fs.azure.account.key.acc.blob.core.windows.net", "k", "(masked)"},
        Case{"AzureSas", "fs.azure.sas.container.acc.blob.core.windows.net", "k", "(masked)"},
        Case{"Token", "spark.kubernetes.authenticate.submission.oauthToken", "t", "(masked)"},
        Case{"EnvironmentVariable", "AWS_SECRET_ACCESS_KEY", "abc", "(masked)"},
        Case{"CredentialProviderIsAClass",
             "fs.s3a.aws.credentials.provider",
             "org.apache.hadoop.fs.s3a.SimpleAWSCredentialsProvider",
             "org.apache.hadoop.fs.s3a.SimpleAWSCredentialsProvider"},
        Case{"SecretMountIsAPath",
             "spark.kubernetes.executor.secrets.s3-credentials",
             "/etc/secrets",
             "/etc/secrets"},
        Case{"SwitchIsShown", "spark.security.credentials.hive.enabled", "false", "false"},
        Case{"BooleanIsShown", "spark.authenticate.secret.file.check", "true", "true"},
        Case{"EmptyIsShown", "spark.authenticate.secret", "", ""},
        Case{"WordsThatContainSas", "spark.disaster.recovery", "on", "on"}),
    by_name);

INSTANTIATE_TEST_SUITE_P(
    ByShape,
    ShownValue,
    testing::Values(
        Case{"AwsKeyId", "spark.x", "id AKIAIOSFODNN7EXAMPLE here", "id (masked) here"},
        Case{"AwsSecret", "spark.x", "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY", "(masked)"},
        Case{"UrlPassword",
             "spark.jars.repositories",
             "https://user:pa@ss@repo.example.org/maven",
             "https://(masked)@repo.example.org/maven"},
        Case{"UrlToken",
             "spark.x",
             "https://t0k3n@git.example.org/r",
             "https://(masked)@git.example.org/r"},
        Case{"AzureContainerIsShown",
             "spark.x",
             "abfss://data@acc.dfs.core.windows.net/p",
             "abfss://data@acc.dfs.core.windows.net/p"},
        Case{"Jwt",
             "spark.x",
             "Bearer eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.dBjftJeZ4CVP-mB92K27uhbUJU1p1r_w",
             "Bearer (masked)"},
        Case{"Hex", "spark.x", "d41d8cd98f00b204e9800998ecf8427e", "(masked)"},
        Case{"JdbcPassword",
             "spark.sql.catalog.db.url",
             "jdbc:postgresql://h/db?user=u&password=p4ss&ssl=true",
             "jdbc:postgresql://h/db?user=u&password=(masked)&ssl=true"},
        Case{"JavaOption",
             "spark.driver.extraJavaOptions",
             "-Djavax.net.ssl.trustStorePassword=changeit -Xmx1g",
             "-Djavax.net.ssl.trustStorePassword=(masked) -Xmx1g"},
        Case{"SasUrl",
             "spark.x",
             "https://a.blob.core.windows.net/c?sv=2020&sig=abc%2Bdef&se=1",
             "https://a.blob.core.windows.net/c?sv=2020&sig=(masked)&se=1"},
        Case{"JsonPassword",
             "spark.x",
             R"j({"user": "u", "password": "p w"})j",
             R"j({"user": "u", "password": "(masked)"})j"},
        Case{"GithubToken", "spark.x", "ghp_abcdefghijklmnopqrst", "(masked)"},
        Case{"PrivateKeyBlock",
             "spark.x",
             "a -----BEGIN RSA PRIVATE KEY-----\nMIIB\n-----END RSA PRIVATE KEY----- b",
             "a (masked) b"},
        Case{"UnfinishedPrivateKeyBlock",
             "spark.x",
             "-----BEGIN PRIVATE KEY-----\nMIIB",
             "(masked)"}),
    by_name);

INSTANTIATE_TEST_SUITE_P(
    ShownAsTheyAre,
    ShownValue,
    testing::Values(Case{"Path",
                         "spark.sql.streaming.checkpointLocation",
                         "file:///mnt/spark-checkpoints/TeamA/orders/v2/production/eu1",
                         "file:///mnt/spark-checkpoints/TeamA/orders/v2/production/eu1"},
                    Case{"ClassName",
                         "spark.x",
                         "org.apache.spark.internal.io.cloud.BindingParquetOutputCommitter",
                         "org.apache.spark.internal.io.cloud.BindingParquetOutputCommitter"},
                    Case{"Uuid",
                         "spark.x",
                         "550e8400-e29b-41d4-a716-446655440000",
                         "550e8400-e29b-41d4-a716-446655440000"},
                    Case{"Image",
                         "spark.kubernetes.container.image",
                         "registry.example.org/spark-executor:4.0.1",
                         "registry.example.org/spark-executor:4.0.1"},
                    Case{"TerminalEscape", "spark.x", "a\x1b[31mb", "a\\x1b[31mb"},
                    Case{"LineBreak", "spark.x", "a\nb", "a\\nb"},
                    Case{"InvalidUtf8", "spark.x", "a\xFFz", "a\\xffz"}),
    by_name);

TEST(ShownText, CutsLongTextBetweenCharacters) {
  std::string text(kShownMax - 1, '.');
  text += "\xC3\xA9 and more";

  const std::string shown = shown_text(text);

  EXPECT_EQ(shown, std::string(kShownMax - 1, '.') + "...");
}

struct LineCase {
  const char* name;
  std::string line;
  std::string shown;
};

class ShownLine : public testing::TestWithParam<LineCase> {};

TEST_P(ShownLine, KeepsEveryColumn) {
  const LineCase& c = GetParam();

  const std::string shown = shown_line(c.line);

  EXPECT_EQ(shown, c.shown);
  EXPECT_EQ(shown.size(), c.line.size());
}

INSTANTIATE_TEST_SUITE_P(
    Lines,
    ShownLine,
    testing::Values(
        LineCase{"Property",
                 "spark.hadoop.fs.s3a.secret.key   minio 123",
                 "spark.hadoop.fs.s3a.secret.key   *********"},
        LineCase{"CommentedProperty",
                 "# spark.hadoop.fs.s3a.secret.key=minio",
                 "# spark.hadoop.fs.s3a.secret.key=*****"},
        LineCase{"HarmlessProperty", "spark.executor.cores 4", "spark.executor.cores 4"},
        LineCase{"XmlValueAlone", "    <value>minio</value>", "    <value>*****</value>"},
        LineCase{"XmlValueUnfinished", "<value>minio", "<value>*****"},
        LineCase{"XmlSecretOnOneLine",
                 "<name>fs.s3a.secret.key</name><value>abc</value>",
                 "<name>fs.s3a.secret.key</name><value>***</value>"},
        LineCase{"XmlHarmlessOnOneLine",
                 "<name>fs.s3a.endpoint</name><value>abc</value>",
                 "<name>fs.s3a.endpoint</name><value>abc</value>"},
        LineCase{"XmlAttributes",
                 R"(<property name="fs.s3a.access.key" value="abc"/>)",
                 R"(<property name="fs.s3a.access.key" value="***"/>)"},
        LineCase{"YamlEnvironmentValue", "      value: minio", "      value: *****"},
        LineCase{"YamlSecretKey", "  password: minio # note", "  password: ************"},
        LineCase{"YamlHarmless", "  mountPath: /mnt/x", "  mountPath: /mnt/x"},
        LineCase{"UrlPassword", "repo https://u:p@h/", "repo https://***@h/"},
        LineCase{"TabsStay", "\tspark.x\t1", "\tspark.x\t1"},
        LineCase{"ControlCharacters", "a\x1b[0m\x7F", "a?[0m?"},
        LineCase{"DirectionOverride",
                 "a\xE2\x80\xAE"
                 "b",
                 "a???b"},
        LineCase{"InvalidUtf8", "a\xFF\xFE", "a??"}),
    by_name);

TEST(ShownLine, CutsVeryLongLines) {
  const std::string shown = shown_line(std::string(100'000, 'x'));

  EXPECT_EQ(shown, std::string(kShownLineMax, 'x'));
}

}  // namespace
}  // namespace sparkwarden
