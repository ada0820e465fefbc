using Meltemi.Program;

return CommandLine.Run(args, Console.Out, Console.Error);
