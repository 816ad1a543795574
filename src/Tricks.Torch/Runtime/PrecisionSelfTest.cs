using System.Diagnostics;
using System.Reflection;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text;
using TorchSharp;
using static TorchSharp.torch;

namespace Tricks.Torch.Runtime;

/// <summary>Makes sure that this machine computes rightly in a precision before anything is trained in it.</summary>
/// <remarks>
/// On some machines (virtual ones that hide their cache sizes) kernels of oneDNN are silently wrong or end the process. So
/// <see cref="KernelChecks"/> run once per machine and version in a child process: the app's own host, stopped before its
/// Main by a .NET startup hook. The outcome is kept in the user's local application data. The environment variable
/// <c>TRICKS_SELF_TEST</c>: <c>skip</c> trusts the machine, <c>again</c> does not read what is kept.
/// </remarks>
public static class PrecisionSelfTest
{
    private const string Switch = "TRICKS_SELF_TEST";
    private const string ChildVariable = "TRICKS_SELF_TEST_CHILD";
    private const string Passed = "passed";
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(2);
    private static readonly Lock OneAtATime = new();
    private static readonly Dictionary<Precision, string> Known = [];

    /// <summary>Returns if the precision can be used on the device; float32, and other devices than the CPU, are not tested.</summary>
    /// <exception cref="TorchBackendException">The kernels are wrong or crash on this machine, or the test could not be run.</exception>
    public static void Ensure(Precision precision, Device device)
    {
        ArgumentNullException.ThrowIfNull(device);
        if (precision == Precision.Float32 || device.type != DeviceType.CPU || Environment.GetEnvironmentVariable(Switch) == "skip")
            return;
        var outcome = Outcome(precision);
        if (outcome != Passed)
        {
            throw new TorchBackendException(
                $"{precision} cannot be used on this machine: {outcome}.",
                $"use Precision.Float32; or set {Switch}=again to test again, {Switch}=skip to go on regardless.");
        }
    }

    /// <summary>"passed", or what is wrong.</summary>
    internal static string Outcome(Precision precision)
    {
        lock (OneAtATime)
        {
            if (Known.TryGetValue(precision, out var known))
                return known;
            var file = CacheFile(precision);
            if (Environment.GetEnvironmentVariable(Switch) != "again" && Read(file) is { } kept)
                return Known[precision] = kept;
            var outcome = AskChild(precision);
            Known[precision] = outcome;
            Keep(file, outcome);
            return outcome;
        }
    }

    /// <summary>The child's part: runs the checks, says the outcome on standard output, and ends the process.</summary>
    internal static void RunAsChild()
    {
        if (!Enum.TryParse<Precision>(Environment.GetEnvironmentVariable(ChildVariable), out var precision))
            return; // somebody else's startup hooks name this assembly
        try
        {
            TorchBackend.EnsureLoaded();
            Console.WriteLine($"{ChildVariable}={KernelChecks.FirstFault(TypeOf(precision)) ?? Passed}");
            Environment.Exit(0);
        }
        catch (Exception e) // of any type: the app's Main must not run in this process
        {
            Console.WriteLine($"{ChildVariable}={e.Message.ReplaceLineEndings(" ")}");
            Environment.Exit(1);
        }
    }

    private static ScalarType TypeOf(Precision precision) =>
        precision == Precision.BFloat16 ? ScalarType.BFloat16 : throw new NotSupportedException($"{precision} is not computed in on the CPU");

    private static string AskChild(Precision precision)
    {
        if (AppContext.TryGetSwitch("System.StartupHookProvider.IsSupported", out var hooks) && !hooks)
            return "its self-test needs startup hooks, which this app turns off (StartupHookSupport)";
        if (ChildCommand() is not { } start)
            return "its self-test cannot start this app's host again";
        start.Environment["DOTNET_STARTUP_HOOKS"] = typeof(PrecisionSelfTest).Assembly.GetName().Name;
        start.Environment[ChildVariable] = precision.ToString();
        start.RedirectStandardOutput = start.RedirectStandardError = true;
        using var child = Process.Start(start);
        if (child is null)
            return "its self-test could not be started";
        var output = child.StandardOutput.ReadToEndAsync();
        _ = child.StandardError.ReadToEndAsync();
        if (!child.WaitForExit(Limit))
        {
            child.Kill(entireProcessTree: true);
            return $"its self-test did not end within {Limit.TotalMinutes:0} minutes";
        }

        var line = output.Result.Split('\n').LastOrDefault(l => l.StartsWith(ChildVariable + "=", StringComparison.Ordinal));
        return line is null
            ? $"a kernel ended its self-test's process (exit code {child.ExitCode})"
            : line[(ChildVariable.Length + 1)..].Trim();
    }

    /// <summary>How this process was started: dotnet with the app's files, or the app's own executable.</summary>
    private static ProcessStartInfo? ChildCommand()
    {
        if (Environment.ProcessPath is not { } host)
            return null;
        var app = Assembly.GetEntryAssembly()?.Location;
        var name = OperatingSystem.IsWindows() ? Path.GetFileNameWithoutExtension(host) : Path.GetFileName(host);
        if (name != "dotnet")
            return string.IsNullOrEmpty(app) || Path.GetFileNameWithoutExtension(app) == name ? new(host) : null; // else somebody else's host
        if (string.IsNullOrEmpty(app) || !File.Exists(Path.ChangeExtension(app, ".runtimeconfig.json")))
            return null;
        var start = new ProcessStartInfo(host);
        start.ArgumentList.Add("exec");
        start.ArgumentList.Add(app);
        return start;
    }

    /// <summary>One file per machine, versions, checks and precision.</summary>
    private static string CacheFile(Precision precision)
    {
        var facts = string.Join('|', ProcessorFacts(), RuntimeInformation.RuntimeIdentifier, typeof(torch).Assembly.GetName().Version, typeof(PrecisionSelfTest).Assembly.GetName().Version, KernelChecks.Shapes, precision);
        var name = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(facts)))[..16];
        return Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.LocalApplicationData, Environment.SpecialFolderOption.Create), "Tricks.Torch", $"self-test-{name}.txt");
    }

    private static string ProcessorFacts() => OperatingSystem.IsLinux() && File.Exists("/proc/cpuinfo")
        ? string.Join(' ', File.ReadLines("/proc/cpuinfo").TakeWhile(line => line.Length > 0).Where(line => line.StartsWith("model", StringComparison.Ordinal) || line.StartsWith("flags", StringComparison.Ordinal)))
        : Environment.GetEnvironmentVariable("PROCESSOR_IDENTIFIER") ?? RuntimeInformation.ProcessArchitecture.ToString();

    private static string? Read(string file)
    {
        try
        {
            return File.Exists(file) && File.ReadAllText(file).Trim() is { Length: > 0 } text ? text : null;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return null; // then the test is run
        }
    }

    private static void Keep(string file, string outcome)
    {
        try
        {
            Directory.CreateDirectory(Path.GetDirectoryName(file)!);
            File.WriteAllText(file + $".{Environment.ProcessId}", outcome);
            File.Move(file + $".{Environment.ProcessId}", file, overwrite: true);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // A cache that cannot be written costs seconds in the next process.
        }
    }
}
