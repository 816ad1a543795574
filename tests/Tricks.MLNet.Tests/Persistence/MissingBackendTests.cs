using System.Diagnostics;
using System.Text.RegularExpressions;
using Microsoft.ML;
using Tricks.Torch.Runtime;

namespace Tricks.MLNet.Tests.Persistence;

/// <summary>What a user reads when an app's libtorch is missing, whole or in part: a program is copied without it and run.</summary>
[TestClass]
public sealed class MissingBackendTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("tricks-without-libtorch-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [TestMethod]
    public void An_app_without_libtorch_says_which_package_to_add()
    {
        CopyProgram();
        var errors = RunWithModel();
        StringAssert.Contains(errors, "libtorch is not among the app's files");
        StringAssert.Contains(errors, "Remedy: add <PackageReference Include=\"TorchSharp-cpu\" />");
    }

    [TestMethod]
    public void An_app_with_a_part_of_libtorch_shows_the_loaders_words()
    {
        if (!OperatingSystem.IsLinux())
            Assert.Inconclusive("The wording is that of Linux's loader.");
        var bridge = CopyProgram();
        // The loader looks for libtorch's other files beside the link, where they are not.
        var torchCpu = NativeLibraryFile.FileName("torch_cpu");
        var native = Path.GetDirectoryName(bridge)!;
        File.CreateSymbolicLink(
            Path.Combine(native, torchCpu),
            Path.Combine(SourceFolder(), Path.GetRelativePath(_folder, native), torchCpu));
        var errors = RunWithModel();
        StringAssert.Contains(errors, "is there but cannot be loaded");
        // libtorch's own libgomp or libc10: which is missed first is the loader's business.
        StringAssert.Matches(errors, new Regex(@"lib(gomp-\w+|c10)\.so\S*: cannot open shared object file"));
    }

    private static string SourceFolder()
    {
        // tests/Tricks.MLNet.Tests/bin/<Configuration>/<framework>/ to the same place of the other project.
        var own = new DirectoryInfo(AppContext.BaseDirectory);
        return Path.Combine(own.Parent!.Parent!.Parent!.Parent!.FullName, "ScoreInFreshProcess", "bin", own.Parent.Name, own.Name);
    }

    /// <summary>Copies the managed files and TorchSharp's own native library, whose new place is returned; libtorch stays behind.</summary>
    private string CopyProgram()
    {
        var source = SourceFolder();
        var bridge = Directory.GetFiles(source, NativeLibraryFile.FileName("LibTorchSharp"), SearchOption.AllDirectories)[0];
        var target = "";
        foreach (var file in Directory.GetFiles(source).Append(bridge))
        {
            target = Path.Combine(_folder, Path.GetRelativePath(source, file));
            Directory.CreateDirectory(Path.GetDirectoryName(target)!);
            File.Copy(file, target, overwrite: true);
        }

        return target;
    }

    private string RunWithModel()
    {
        var context = new MLContext(seed: 1);
        var (zip, list) = (Path.Combine(_folder, "model.zip"), Path.Combine(_folder, "paths.txt"));
        using (var model = TestModel.Create(context))
            context.Model.Save(model, null, zip);
        File.WriteAllText(list, "none.png\n");
        var start = new ProcessStartInfo("dotnet", [Path.Combine(_folder, "ScoreInFreshProcess.dll"), zip, list]) { RedirectStandardError = true };
        using var process = Process.Start(start)!;
        var errors = process.StandardError.ReadToEnd();
        process.WaitForExit();
        Assert.AreNotEqual(0, process.ExitCode, errors);
        return errors;
    }
}
